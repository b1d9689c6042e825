# Users and their keys. Keys outside of `users` go to root, the default user of this image.
home_of() { if [ "$1" = root ]; then echo /root; else echo "/home/$1"; fi; }

add_user() { # NAME SHELL
  grep -q "^$1:" /etc/passwd && return
  uid=1000
  while grep -q "^[^:]*:[^:]*:$uid:" /etc/passwd; do uid=$((uid + 1)); done
  case $2 in */bash | "") shell=/bin/sh ;; *) shell=$2 ;; esac
  echo "$1:x:$uid:$uid:$1:/home/$1:$shell" >>/etc/passwd
  echo "$1:x:$uid:" >>/etc/group
  echo "$1:*:19000::::::" >>/etc/shadow
  mkdir -p "/home/$1"
  chown "$uid:$uid" "/home/$1"
}

add_key() { # USER KEY
  keys=$(home_of "$1")/.ssh
  mkdir -p "$keys"
  grep -qxF "$2" "$keys/authorized_keys" 2>/dev/null || echo "$2" >>"$keys/authorized_keys"
  chmod 700 "$keys"
  chmod 600 "$keys/authorized_keys"
  chown -R "$1:$1" "$keys"
}

while IFS=$TAB read -r path value; do
  rest=${path#users$US} position=${rest%%$US*}
  case $path in
  users$US*${US}name) [ "$value" = root ] || add_user "$value" "$(get $user users "$position" shell)" ;;
  users$US*${US}ssh_authorized_keys$US* | users$US*${US}ssh-authorized-keys$US*)
    owner=$(get $user users "$position" name) # the name may follow the keys in the document
    [ "$owner" = root ] || add_user "$owner" "$(get $user users "$position" shell)"
    add_key "$owner" "$value"
    ;;
  ssh_authorized_keys$US*) add_key root "$value" ;;
  esac
done <$user
while IFS=$TAB read -r path value; do
  case $path in public-keys$US* | public_keys$US*) [ -z "$value" ] || add_key root "$value" ;; esac
done <$meta

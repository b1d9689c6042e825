# Decides whether this boot is a fresh instance, and names the host.
id=$(get $meta instance-id) last=
[ -f $state/data/instance-id ] && read -r last <$state/data/instance-id
fresh=0
if [ -z "$seed" ]; then
  id=$last # without a seed the machine stays what it was
elif [ -n "$id" ] && [ "$id" != "$last" ]; then
  fresh=1
  [ -z "$last" ] || rm -f /etc/ssh/ssh_host_* # a clone must not share its origin's host key
  echo "$id" >$state/data/instance-id
fi
instance=$state/instances/${id:-none}
mkdir -p "$instance"
ln -sfn "$instance" $state/instance

name=$(get $user hostname)
[ -n "$name" ] || name=$(get $user fqdn)
[ -n "$name" ] || name=$(get $meta local-hostname)
[ -n "$name" ] || name=$(get $meta hostname)
[ -z "$name" ] || echo "${name%%.*}" >/etc/hostname
hostname -F /etc/hostname
short=$(hostname)
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s%s\n::1\tlocalhost\n' "$(case $name in *.*) echo "$name " ;; esac)" "$short" >/etc/hosts

# bootcmd at every boot, runcmd (or a user-data script) once an instance. Both run after sshd is up, as in cloud-init's final stage.

# A string is a line of shell; a list is a command and its arguments, which must not be split again.
write_commands() { # KEY FILE
  {
    echo '#!/bin/sh'
    while IFS=$TAB read -r path value; do
      case $path in
      $1$US*$US*) printf " '%s'" "$(printf '%b' "$value" | sed "s/'/'\\\\''/g")" ;;
      $1$US*)
        echo
        printf '%b' "$value"
        ;;
      esac
    done <$user
    echo
  } >"$2"
}

run_commands() { # FILE
  chmod 700 "$1"
  (cd / && HOME=/root "$1" >>/var/log/cloud-init-output.log 2>&1 </dev/null) || say "$1 ended with $?"
}

if grep -q "^bootcmd$US" $user; then
  write_commands bootcmd $run/bootcmd
  run_commands $run/bootcmd
fi
if [ $fresh = 1 ]; then
  mkdir -p "$instance/scripts"
  if [ -n "$script" ]; then cp "$script" "$instance/scripts/runcmd"; else write_commands runcmd "$instance/scripts/runcmd"; fi
  run_commands "$instance/scripts/runcmd"
fi

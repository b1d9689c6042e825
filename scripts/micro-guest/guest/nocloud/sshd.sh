# Host keys lie where every other distribution keeps them, in OpenSSH's format, so that tools which reset a machine's
# identity find them; dropbear gets a converted copy.
key=/etc/ssh/ssh_host_ed25519_key
mkdir -p /etc/ssh
umask 077
if [ $fresh = 1 ] && [ -n "$(get $user ssh_keys ed25519_private)" ]; then
  get $user ssh_keys ed25519_private >$key
  echo >>$key
fi
if [ ! -s $key ]; then
  rm -f /run/dropbear/key
  dropbearkey -t ed25519 -f /run/dropbear/key >/dev/null
  dropbearconvert dropbear openssh /run/dropbear/key $key >/dev/null
elif ! dropbearconvert openssh dropbear $key /run/dropbear/key >/dev/null; then
  say "cannot read the host key $key"
fi
umask 022
dropbearkey -y -f /run/dropbear/key | grep '^ssh-' >$key.pub
dropbear -s -r /run/dropbear/key -p 22 -P /run/dropbear.pid
read -r uptime _ </proc/uptime
say "sshd up at ${uptime}s"

#!/bin/bash
# Process 1 of a lab host, started in namespaces of its own (network, mounts, processes, name, IPC). It makes everything a
# host owns private, waits for a line on stdin (the network cards are plugged in), starts the daemons, prints "ready" and
# reaps orphans from then on. Progress and errors go to stderr.
#
# From the environment: LAB_NAME, LAB_STATE (the host's files), LAB_SWITCH (file of the switch's network namespace),
# LAB_ADDRESS, LAB_PRIVATE and LAB_KEEP (folders, one a line), LAB_DAEMONS (words).
here=$(dirname "$(readlink -f "$0")")
set -eu
echo born
mount --make-rprivate /
hostname "$LAB_NAME"

# Our repository, node and caches must stay reachable even where they lie below something that becomes private.
while read -r private; do
  mkdir -p "$private" "$LAB_STATE$private"
  while read -r keep; do
    case $keep in "$private"/*)
      mkdir -p "$LAB_STATE$keep"
      mount --bind "$keep" "$LAB_STATE$keep"
      ;;
    esac
  done <<<"$LAB_KEEP"
  mount --rbind "$LAB_STATE$private" "$private"
done <<<"$LAB_PRIVATE"
for file in hostname hosts machine-id; do mount --bind "$LAB_STATE/etc/$file" "/etc/$file"; done

# Sockets and pid files. The switch is kept within reach for hosts that are started from inside this one.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lab /run/sshd /run/lock /run/openvswitch /run/libvirt /run/netns
chmod 1777 /run/lock
touch /run/lab/switch
mount --bind "$LAB_SWITCH" /run/lab/switch

# After the switch was found: this hides the processes outside.
mount -t proc proc /proc
# A fresh sysfs shows this host's network devices only, and hides the cgroups, so that libvirt makes none.
umount -l /sys
mount -t sysfs sysfs /sys

# Devices: the usual ones and tun, but no kvm: where it exists without working, libvirt would probe it for a second.
dev=/run/lab/dev
mkdir -p $dev
mount -t tmpfs -o mode=755 tmpfs $dev
mkdir -p $dev/net $dev/pts $dev/shm $dev/mapper
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty $dev/
cp -a /dev/net/tun $dev/net/
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts $dev/pts
mount -t tmpfs -o mode=1777 tmpfs $dev/shm
ln -s pts/ptmx $dev/ptmx
ln -s /proc/self/fd $dev/fd
for number in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${number%:*}" "$dev/${number#*:}"; done
# In place of the old one rather than over it: libvirt moves every mount it finds listed below /dev.
umount -l /dev
mount --move $dev /dev

read -r _ # the cards are there
ip link set lo up
ip addr add "$LAB_ADDRESS/24" dev eth0
ip link set eth0 up
ip link set eth1 up

cd /
for daemon in $LAB_DAEMONS; do "$here/daemons.sh" start "$daemon" >&2 & done
wait
echo ready
exec >&2
set +e
while :; do
  sleep 3600 &
  wait $!
done

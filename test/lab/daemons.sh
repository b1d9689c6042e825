#!/bin/bash
# daemons.sh start|stop libvirt|openvswitch|sshd: the daemons of a lab host. They run as on a machine without systemd, with
# the packages' defaults wherever these work.
set -eu

await() { # COMMAND...: up to ten seconds
  for _ in $(seq 500); do
    "$@" && return
    sleep 0.02
  done
  echo "daemons.sh: gave up waiting for: $*" >&2
  return 1
}
is_gone() { [ ! -d "/proc/$1" ]; }
stop_pid() { # PIDFILE
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || return 0
  await is_gone "$pid"
}

start_libvirt() {
  mkdir -p /etc/libvirt/qemu/networks /var/lib/libvirt/images
  [ -S /run/libvirt/virtlogd-sock ] || virtlogd --daemon --pid-file /run/virtlogd.pid
  libvirtd --daemon --pid-file /run/libvirtd.pid
  await test -S /run/libvirt/libvirt-sock
}
stop_libvirt() { stop_pid /run/libvirtd.pid; } # virtlogd stays: it holds the consoles of running guests

start_openvswitch() {
  database=/etc/openvswitch/conf.db
  [ -f $database ] || ovsdb-tool create $database /usr/share/openvswitch/vswitch.ovsschema
  ovsdb-server $database --remote=punix:/run/openvswitch/db.sock --pidfile --detach --no-chdir -vconsole:off \
    --log-file=/var/log/openvswitch/ovsdb-server.log
  ovs-vsctl --no-wait -- init -- set Open_vSwitch . external-ids:system-id="$(hostname)" external-ids:hostname="$(hostname)"
  ovs-vswitchd --pidfile --detach --no-chdir -vconsole:off --log-file=/var/log/openvswitch/ovs-vswitchd.log
}
stop_openvswitch() {
  stop_pid /run/openvswitch/ovs-vswitchd.pid
  stop_pid /run/openvswitch/ovsdb-server.pid
}

start_sshd() { /usr/sbin/sshd -f /etc/ssh/sshd_config -E /run/sshd.log; }
stop_sshd() { stop_pid /run/sshd.pid; }

"$1_$2"

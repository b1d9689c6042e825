# network-config, versions 1 and 2, IPv4 and IPv6 static addresses and DHCP. Without one: DHCP on the first device.
# Leases are awaited together, so that a device without a server delays the boot once only.
net_devices() { for entry in /sys/class/net/e*; do [ -e "$entry" ] && echo "${entry##*/}"; done; }
with_address() { # MAC: the device that has it
  for entry in /sys/class/net/*; do
    read -r address <"$entry/address"
    [ "$address" = "$(echo "$1" | tr A-F a-f)" ] && echo "${entry##*/}" && return
  done
}
nth_device() { net_devices | sed -n "$(($1 + 1))p"; }
lease() { # DEVICE
  ip link set "$1" up
  udhcpc -i "$1" -b -t 20 -T 1 -A 2 -S -s /usr/lib/nocloud/udhcpc.script -p "/run/udhcpc.$1.pid" -x "hostname:$(hostname)" >/dev/null 2>&1 &
}
route() { # TO VIA DEVICE METRIC
  case $1 in 0.0.0.0/0 | ::/0) to=default ;; *) to=$1 ;; esac
  case $2 in *:*) family=-6 ;; *) family=-4 ;; esac
  ip $family route add "$to" ${2:+via "$2"} dev "$3" ${4:+metric "$4"} || say "cannot add the route $1 via $2 on $3"
}
address() { # ADDRESS DEVICE
  ip addr add "$1" dev "$2" || say "cannot add $1 to $2"
}
name_server() { grep -qx "nameserver $1" /etc/resolv.conf || echo "nameserver $1" >>/etc/resolv.conf; }

: >/etc/resolv.conf
tries=0
until [ -n "$(net_devices)" ] || [ $tries -ge 20 ]; do
  usleep 50000
  tries=$((tries + 1))
done
case $(get $net version) in
2) . $here/network-v2.sh ;;
1) . $here/network-v1.sh ;;
*) first=$(nth_device 0) && [ -n "$first" ] && lease "$first" ;;
esac
wait

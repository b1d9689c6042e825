# physical devices and name servers of version 1.
prefix_of() { # NETMASK
  bits=0
  for octet in $(echo "$1" | tr . ' '); do while [ "$octet" -gt 0 ]; do bits=$((bits + (octet & 1))) octet=$((octet >> 1)); done; done
  echo $bits
}
item=0
while kind=$(get $net config $item type) && [ -n "$kind" ]; do
  mac=$(get $net config $item mac_address) device=
  case $kind in
  physical)
    [ -n "$mac" ] && device=$(with_address "$mac")
    [ -n "$device" ] || device=$(get $net config $item name)
    mtu=$(get $net config $item mtu)
    [ -z "$mtu" ] || ip link set "$device" mtu "$mtu"
    ip link set "$device" up
    subnet=0
    while mode=$(get $net config $item subnets $subnet type) && [ -n "$mode" ]; do
      case $mode in
      dhcp | dhcp4) lease "$device" ;;
      static*)
        cidr=$(get $net config $item subnets $subnet address) mask=$(get $net config $item subnets $subnet netmask)
        case $cidr in */*) ;; *) [ -z "$mask" ] || cidr=$cidr/$(prefix_of "$mask") ;; esac
        address "$cidr" "$device"
        gateway=$(get $net config $item subnets $subnet gateway)
        [ -z "$gateway" ] || route default "$gateway" "$device"
        ;;
      esac
      subnet=$((subnet + 1))
    done
    ;;
  nameserver)
    server=0
    while value=$(get $net config $item address $server) && [ -n "$value" ]; do
      name_server "$value"
      server=$((server + 1))
    done
    ;;
  esac
  item=$((item + 1))
done

# ethernets of version 2. A device is matched by its MAC address or name; an entry whose name no device has (such as
# "enp1s0": devices keep the kernel's names here) gets the device at its own position.
position=0
for entry in $(awk -F"[$US$TAB]" '$1 == "ethernets" && $2 != "" && !($2 in seen) { seen[$2] = 1; print $2 }' $net); do
  of() { get $net ethernets "$entry" "$@"; }
  mac=$(of match macaddress) named=$(of match name)
  if [ -n "$mac" ]; then
    device=$(with_address "$mac")
  elif [ -n "$named" ]; then
    device=$(for candidate in $(net_devices); do case $candidate in $named) echo "$candidate" && break ;; esac done)
  elif [ -e "/sys/class/net/$entry" ]; then
    device=$entry
  else
    device=$(nth_device $position)
  fi
  position=$((position + 1))
  [ -n "$device" ] || { say "network-config: no device for $entry" && continue; }

  name=$(of set-name)
  [ -z "$name" ] || [ "$name" = "$device" ] || { ip link set "$device" name "$name" && device=$name; }
  mtu=$(of mtu)
  [ -z "$mtu" ] || ip link set "$device" mtu "$mtu"
  ip link set "$device" up
  while IFS=$TAB read -r path value; do
    case $path in
    ethernets$US$entry${US}addresses$US*) address "$value" "$device" ;;
    ethernets$US$entry${US}nameservers${US}addresses$US*) name_server "$value" ;;
    ethernets$US$entry${US}nameservers${US}search$US*) echo "search $value" >>/etc/resolv.conf ;;
    ethernets$US$entry${US}gateway4 | ethernets$US$entry${US}gateway6) [ -z "$value" ] || route default "$value" "$device" ;;
    esac
  done <$net
  item=0
  while to=$(of routes $item to) && [ -n "$to" ]; do
    route "$to" "$(of routes $item via)" "$device" "$(of routes $item metric)"
    item=$((item + 1))
  done
  is_true "$(of dhcp4)" && lease "$device"
done

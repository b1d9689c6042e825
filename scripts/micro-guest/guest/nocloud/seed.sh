# Finds the seed by its volume label, as cloud-init does, and flattens its files.

# Prints the file system type when the label of a device is "cidata" in either case. ISO 9660 keeps it at 32808, FAT12/16
# at 43 and FAT32 at 71.
seed_type() {
  case $(dd if="/dev/$1" bs=1 skip=32808 count=7 2>/dev/null) in cidata | CIDATA | "cidata " | "CIDATA ") echo iso9660 && return ;; esac
  for offset in 43 71; do
    case $(dd if="/dev/$1" bs=1 skip=$offset count=6 2>/dev/null) in cidata | CIDATA) echo vfat && return ;; esac
  done
}

own=$(grep -m1 ' / ext4 ' /proc/mounts) own=${own%% *} own=${own#/dev/} own=${own%?}
find_seed() {
  for device in /sys/class/block/*; do
    device=${device##*/}
    case $device in "$own"* | loop* | ram* | fd*) continue ;; esac
    type=$(seed_type "$device")
    [ -n "$type" ] && seed=/dev/$device && return 0
  done
  return 1
}

seed= type=
if ! find_seed; then # CD-ROM drives are slower to appear, so they are tried only when there is no virtio disk with a seed
  load disk-slow
  load cdrom
  tries=0
  until find_seed || [ $tries -ge 20 ]; do
    usleep 100000
    tries=$((tries + 1))
  done
fi

: >$meta && : >$user && : >$net && : >$run/vendor
script=
flatten() { awk -f $here/yaml.awk "$1"; }
if [ -n "$seed" ]; then
  load $type
  mkdir -p /run/seed
  if mount -t $type -o ro "$seed" /run/seed; then say "seed $seed ($type)"; else say "cannot mount $seed ($type)"; fi
  [ -f /run/seed/meta-data ] && flatten /run/seed/meta-data >$meta
  # cloud-init accepts the document with and without the outer key "network"
  [ -f /run/seed/network-config ] && flatten /run/seed/network-config | sed "s/^network$US//" >$net
  for part in vendor user; do
    [ -f /run/seed/$part-data ] || continue
    first=
    read -r first </run/seed/$part-data
    case $first in
    '#cloud-config'*) flatten /run/seed/$part-data >$run/$part ;;
    '#!'*) [ $part = user ] && cp /run/seed/user-data $run/script && script=$run/script ;;
    ?*) say "$part-data of an unknown kind: $first" ;;
    esac
  done
  umount /run/seed
  # a top-level key of the vendor counts where the user has none
  awk -F"[$US$TAB]" 'NR == FNR { seen[$1] = 1; next } !($1 in seen)' $user $run/vendor >$run/vendor.rest
  cat $run/vendor.rest >>$user
else
  say "no seed found"
fi

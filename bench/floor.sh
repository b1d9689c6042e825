#!/bin/bash
# floor.sh up|destroy COUNT IMAGE: the work of the benchmark's program with the plain tools, several at a time.
set -euo pipefail
verb=$1 count=$2 image=$3
store=/var/lib/floor
export store

one_up() {
  local name=floor$1 seed
  qemu-img create -q -f qcow2 -b "$store/base.qcow2" -F qcow2 "$store/$name.qcow2"
  seed=$(mktemp -d)
  printf '#cloud-config\nhostname: %s\n' "$name" >"$seed/user-data"
  printf 'instance-id: %s\nlocal-hostname: %s\n' "$name" "$name" >"$seed/meta-data"
  genisoimage -quiet -output "$store/$name.iso" -volid cidata -joliet -rock "$seed/user-data" "$seed/meta-data" 2>/dev/null
  cat >"$store/$name.xml" <<XML
<domain type='qemu'><name>$name</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type machine='q35'>hvm</type><boot dev='hd'/></os>
<features><acpi/><apic/><tcg><tb-cache unit='MiB'>64</tb-cache></tcg></features><cpu mode='maximum'/>
<devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$store/$name.qcow2'/>
<backingStore type='file'><format type='qcow2'/><source file='$store/base.qcow2'/><backingStore/></backingStore>
<target dev='vda' bus='virtio'/></disk>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$store/$name.iso'/><target dev='vdb' bus='virtio'/><readonly/></disk>
<serial type='pty'><log file='$store/$name.log' append='on'/></serial><console type='pty'><target type='serial'/></console>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
</devices></domain>
XML
  virsh -q define "$store/$name.xml" >/dev/null
  virsh -q start "$name" >/dev/null
}

one_destroy() {
  local name=floor$1
  virsh -q destroy "$name" >/dev/null
  virsh -q undefine "$name" --nvram >/dev/null
  rm -f "$store/$name".*
}

export -f one_up one_destroy
mkdir -p "$store"
if [ "$verb" = up ]; then cp "$image" "$store/base.qcow2"; fi
seq "$count" | xargs -P 4 -I N bash -euo pipefail -c "one_$verb N"
if [ "$verb" = destroy ]; then rm -rf "$store"; fi

import { localHost } from "./hosts/local.js";
import type { Kinds } from "./kind.js";
import { cloudImage } from "./machines/cloud-image.js";
import { existingDisk } from "./machines/existing-disk.js";
import { flatMachine, libvirtMachine } from "./machines/libvirt.js";
import { bridges } from "./networks/bridges.js";

/** Every kind of host, network, machine and disk. A new kind is one entry here. */
export const defaultKinds: Kinds = {
  hosts: [localHost, { key: "ssh", notYet: "a testbed lives on the machine that runs it" }],
  networks: [
    bridges,
    { key: "ovn", notYet: "declare network.bridges and plug machines into them with interfaces" },
    { key: "ovs", notYet: "declare network.bridges, which are Open vSwitch bridges by default" },
  ],
  machines: [
    libvirtMachine,
    flatMachine,
    { key: "docker", notYet: "use a libvirt machine" },
    { key: "android", notYet: "use a libvirt machine" },
    { key: "avd", notYet: "use a libvirt machine" },
  ],
  disks: [
    cloudImage,
    existingDisk,
    { key: "iso_guest", notYet: "install the guest once and use its disk as existing_disk" },
  ],
};

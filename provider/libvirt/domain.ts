import type { Mark } from "../owner.js";
import { instanceIdOf, markOf, metadataElement } from "./metadata.js";
import { at, buildXml, type Element, parseXml, type XmlNode } from "./xml.js";

export interface BackingFile {
  path: string;
  format: "qcow2" | "raw";
}

export interface DomainDisk {
  /** Ours, kept in the device's alias: devices are told apart by name, never by their place in a list. */
  name: string;
  source: BackingFile & { backing: BackingFile[] };
  bus: "virtio" | "scsi" | "sata" | "ide";
  readonly: boolean;
  slot?: Slot | undefined;
}

/** A NoCloud image, and the instance-id that stands in it: a guest that has seen that one has nothing to do anew. */
export interface DomainSeed {
  path: string;
  instanceId: string;
}

/** Where a device sits in the guest, as libvirt assigned it. Kept, so that the guest's names for its devices are. */
export type Slot = Record<string, string>;

export interface DomainInterface {
  name: string;
  mac: string;
  model: string;
  /** Exactly one of bridge and network. */
  bridge?: { name: string; kind: "linux" | "openvswitch" };
  network?: string;
  /** The guest must finish checksums itself: a userspace switch hands packets on as they are. */
  offloadChecksums: boolean;
  slot?: Slot | undefined;
}

/** A machine as it is declared to libvirt; the members are those of its XML that we set. */
export interface DomainDefinition {
  name: string;
  uuid: string;
  description?: string | undefined;
  accelerator: "kvm" | "tcg";
  machine: string;
  vcpus: number;
  /** MiB. */
  memory: number;
  disks: DomainDisk[];
  seed?: DomainSeed | undefined;
  seedSlot?: Slot | undefined;
  /** Of the source of random numbers. */
  rngSlot?: Slot | undefined;
  interfaces: DomainInterface[];
  /** File that the serial console is logged to. */
  console: string;
  /**
   * Devices of kinds that we never declare, such as a screen that somebody added: they stay. So do controllers: the places
   * of all other devices are counted by them.
   */
  others?: Record<string, Element[]> | undefined;
}

export interface ParsedDomain extends Omit<DomainDefinition, "interfaces"> {
  mark: Mark | undefined;
  interfaces: ParsedInterface[];
}

export interface ParsedInterface extends DomainInterface {
  /** The link on the host, of a running domain. */
  target: string | undefined;
  /** The bridge that libvirt plugged the link into, of a running domain on a libvirt network. */
  networkBridge: string | undefined;
}

const BUS_PREFIX = { virtio: "vd", scsi: "sd", sata: "sd", ide: "hd" } as const;

/** QEMU's own translation buffer of 1 GiB makes ending a guest take seconds; guests of testbeds do not need it. */
const TCG_BUFFER_MIB = "64";

export function domainXml(domain: DomainDefinition, mark: Mark): string {
  const { accelerator } = domain;
  return buildXml("domain", {
    "@type": accelerator === "kvm" ? "kvm" : "qemu",
    name: domain.name,
    uuid: domain.uuid,
    metadata: metadataElement(mark, domain.seed?.instanceId),
    description: domain.description,
    memory: { "@unit": "MiB", "#text": String(domain.memory) },
    vcpu: String(domain.vcpus),
    os: { type: { "@machine": domain.machine, "#text": "hvm" } },
    features: {
      acpi: "",
      apic: "",
      tcg: accelerator === "tcg" ? { "tb-cache": { "@unit": "MiB", "#text": TCG_BUFFER_MIB } } : undefined,
    },
    cpu: { "@mode": accelerator === "kvm" ? "host-model" : "maximum" },
    on_poweroff: "destroy",
    on_reboot: "restart",
    on_crash: "destroy",
    devices: {
      ...domain.others,
      controller: domain.others?.controller ?? firstControllers(domain),
      disk: diskElements(domain),
      interface: domain.interfaces.map(interfaceElement),
      serial: { "@type": "pty", log: { "@file": domain.console, "@append": "on" } },
      console: { "@type": "pty", target: { "@type": "serial" } },
      channel: { "@type": "unix", target: { "@type": "virtio", "@name": "org.qemu.guest_agent.0" } },
      rng: {
        "@model": "virtio",
        backend: { "@model": "random", "#text": "/dev/urandom" },
        address: slotElement(domain.rngSlot),
      },
    },
  });
}

/** Interfaces that can be plugged in while the guest runs: each needs a port that was there at its start. */
const SPARE_PORTS = 4;

/** libvirt adds what is missing, but no spare ports, and a SCSI controller that small kernels have no driver for. */
function firstControllers({ machine, disks, seed, interfaces }: DomainDefinition): Element[] {
  const scsi = { "@type": "scsi", "@index": "0", "@model": "virtio-scsi" };
  // Besides disks and interfaces: serial channel, random numbers, memory balloon, USB, SCSI.
  const used = disks.length + (seed === undefined ? 0 : 1) + interfaces.length + 5;
  return [
    ...(machine === "q35"
      ? [
          { "@type": "pci", "@index": "0", "@model": "pcie-root" },
          ...Array.from({ length: used + SPARE_PORTS }, () => ({ "@type": "pci", "@model": "pcie-root-port" })),
        ]
      : []),
    ...(disks.some(({ bus }) => bus === "scsi") ? [scsi] : []),
  ];
}

function diskElements(domain: DomainDefinition): Element[] {
  const used: Record<string, number> = {};
  const target = (bus: DomainDisk["bus"]): Element => {
    const prefix = BUS_PREFIX[bus];
    const index = used[prefix] ?? 0;
    used[prefix] = index + 1;
    return { "@dev": `${prefix}${letters(index)}`, "@bus": bus };
  };
  const disks = domain.disks.map((disk, index) => ({
    "@type": "file",
    "@device": "disk",
    driver: { "@name": "qemu", "@type": disk.source.format, "@discard": "unmap" },
    source: { "@file": disk.source.path },
    // The whole chain: AppArmor and SELinux let the guest read only what is named.
    backingStore: backingElement(disk.source.backing),
    target: target(disk.bus),
    readonly: disk.readonly ? "" : undefined,
    // By order, not by kind: libvirt sorts disks by bus, and the first one is to be booted from.
    boot: index === 0 ? { "@order": "1" } : undefined,
    alias: { "@name": `ua-disk-${disk.name}` },
    address: slotElement(disk.slot),
  }));
  if (domain.seed === undefined) return disks;
  return [
    ...disks,
    {
      "@type": "file",
      "@device": "disk",
      driver: { "@name": "qemu", "@type": "raw" },
      source: { "@file": domain.seed.path },
      backingStore: "",
      target: target("virtio"),
      readonly: "",
      alias: { "@name": "ua-seed" },
      address: slotElement(domain.seedSlot),
    },
  ];
}

/** `a` … `z`, `aa` …, as the kernel counts disks. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : `${letters(Math.floor(index / 26) - 1)}${last}`;
}

function slotElement(slot: Slot | undefined): Element | undefined {
  return slot && Object.fromEntries(Object.entries(slot).map(([name, value]) => [`@${name}`, value]));
}

/** Only PCI addresses: those on a bus of disks follow from the target. */
function parseSlot(device: XmlNode | undefined): Slot | undefined {
  const address = device?.child("address");
  if (address?.attribute("type") !== "pci") return undefined;
  const names = ["type", "domain", "bus", "slot", "function"];
  return Object.fromEntries(
    names.map((name) => [name, address.attribute(name) ?? ""]).filter(([, value]) => value !== ""),
  );
}

function backingElement([nearest, ...deeper]: BackingFile[]): Element | "" {
  if (nearest === undefined) return "";
  return {
    "@type": "file",
    format: { "@type": nearest.format },
    source: { "@file": nearest.path },
    backingStore: backingElement(deeper),
  };
}

function interfaceElement(nic: DomainInterface): Element {
  return {
    "@type": nic.network === undefined ? "bridge" : "network",
    mac: { "@address": nic.mac },
    source: nic.network === undefined ? { "@bridge": nic.bridge?.name } : { "@network": nic.network },
    virtualport: nic.bridge?.kind === "openvswitch" ? { "@type": "openvswitch" } : undefined,
    model: { "@type": nic.model },
    driver: nic.offloadChecksums ? undefined : { "@name": "qemu", host: { "@csum": "off" } },
    alias: { "@name": `ua-net-${nic.name}` },
    address: slotElement(nic.slot),
  };
}

/** The document of one interface, for attaching, changing and detaching it while the guest runs. */
export function interfaceXml(nic: DomainInterface): string {
  return buildXml("interface", interfaceElement(nic));
}

export function parseDomain(xml: string): ParsedDomain {
  const root = parseXml(xml, "domain");
  const devices = root.child("devices");
  const disks = devices?.children("disk") ?? [];
  const seed = disks.find((disk) => aliasOf(disk) === "ua-seed");
  return {
    name: root.child("name")?.text() ?? "",
    uuid: root.child("uuid")?.text() ?? "",
    mark: markOf(root),
    description: root.child("description")?.text(),
    accelerator: root.attribute("type") === "kvm" ? "kvm" : "tcg",
    machine: machineFamily(at(root, "os", "type")?.attribute("machine") ?? ""),
    vcpus: Number(root.child("vcpu")?.attribute("current") ?? root.child("vcpu")?.text() ?? 0),
    memory: mebibytes(root.child("currentMemory") ?? root.child("memory")),
    disks: disks
      .filter((disk) => disk !== seed)
      .sort((a, b) => bootOrder(a) - bootOrder(b))
      .map(parseDisk),
    seed: seed === undefined ? undefined : parseSeed(root, seed),
    seedSlot: parseSlot(seed),
    rngSlot: parseSlot(devices?.child("rng")),
    interfaces: (devices?.children("interface") ?? []).map(parseInterface),
    console: at(root, "devices", "serial", "log")?.attribute("file") ?? "",
    others: othersOf(devices),
  };
}

const OTHERS =
  "audio controller filesystem graphics hostdev input memballoon redirdev shmem smartcard sound tpm video vsock".split(
    " ",
  );

function othersOf(devices: XmlNode | undefined): Record<string, Element[]> {
  return Object.fromEntries(
    OTHERS.map((name) => [name, (devices?.children(name) ?? []).map((device) => device.element())] as const).filter(
      ([, found]) => found.length > 0,
    ),
  );
}

function bootOrder(device: XmlNode): number {
  return Number(device.child("boot")?.attribute("order") ?? Number.MAX_SAFE_INTEGER);
}

function parseSeed(root: XmlNode, disk: XmlNode): DomainSeed {
  const path = disk.child("source")?.attribute("file") ?? "";
  return { path, instanceId: instanceIdOf(root) ?? path };
}

function parseDisk(disk: XmlNode): DomainDisk {
  const target = disk.child("target");
  const format = (node: string | undefined) => (node === "raw" ? "raw" : "qcow2");
  const backing: BackingFile[] = [];
  for (let link = disk.child("backingStore"); link?.child("source") !== undefined; link = link.child("backingStore")) {
    const path = link.child("source")?.attribute("file") ?? "";
    backing.push({ path, format: format(link.child("format")?.attribute("type")) });
  }
  return {
    name: aliasOf(disk)?.replace(/^ua-disk-/, "") ?? target?.attribute("dev") ?? "",
    source: {
      path: disk.child("source")?.attribute("file") ?? "",
      format: format(disk.child("driver")?.attribute("type")),
      backing,
    },
    bus: (target?.attribute("bus") ?? "virtio") as DomainDisk["bus"],
    readonly: disk.child("readonly") !== undefined,
    slot: parseSlot(disk),
  };
}

function parseInterface(nic: XmlNode): ParsedInterface {
  const source = nic.child("source");
  const network = source?.attribute("network");
  const bridge = source?.attribute("bridge");
  const kind = nic.child("virtualport")?.attribute("type") === "openvswitch" ? "openvswitch" : "linux";
  const mac = nic.child("mac")?.attribute("address") ?? "";
  return {
    name: aliasOf(nic)?.replace(/^ua-net-/, "") ?? mac,
    mac,
    model: nic.child("model")?.attribute("type") ?? "",
    ...(network !== undefined ? { network } : bridge !== undefined ? { bridge: { name: bridge, kind } } : {}),
    offloadChecksums: at(nic, "driver", "host")?.attribute("csum") !== "off",
    slot: parseSlot(nic),
    target: nic.child("target")?.attribute("dev"),
    networkBridge: network === undefined ? undefined : bridge,
  };
}

/** Only aliases of the user's kind (`ua-…`) survive in the stored definition. */
function aliasOf(device: XmlNode): string | undefined {
  const alias = device.child("alias")?.attribute("name");
  return alias?.startsWith("ua-") === true ? alias : undefined;
}

/** libvirt stores the versioned name (`pc-q35-7.2`) of the family that was asked for. */
function machineFamily(machine: string): string {
  return machine.includes("q35") ? "q35" : machine.includes("i440fx") ? "pc" : machine;
}

function mebibytes(memory: XmlNode | undefined): number {
  const units: Record<string, number> = { b: 1 / 1024 ** 2, KiB: 1 / 1024, MiB: 1, GiB: 1024, TiB: 1024 ** 2 };
  return Number(memory?.text() ?? 0) * (units[memory?.attribute("unit") ?? "KiB"] ?? 1 / 1024);
}

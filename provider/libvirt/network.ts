import ipaddr from "ipaddr.js";
import type { Host } from "../host/host.js";
import type { Mark } from "../owner.js";
import { define } from "./define.js";
import { markOf, metadataElement } from "./metadata.js";
import { virsh } from "./virsh.js";
import { buildXml, parseXml, type XmlNode } from "./xml.js";

export interface Reservation {
  mac: string;
  address: string;
  hostname?: string | undefined;
}

export interface NetworkDefinition {
  name: string;
  uuid: string;
  mode: "nat" | "isolated" | "route";
  /** IPv4 network with prefix length. */
  subnet: string;
  bridge: string;
  dhcp: boolean;
  reservations: Reservation[];
  domain: string | undefined;
}

export interface ObservedNetwork extends NetworkDefinition {
  mark: Mark | undefined;
  /** What the running network hands out; what is stored for its next start may differ. */
  live: Reservation[] | undefined;
  running: boolean;
  autostart: boolean;
}

export async function observeNetwork(host: Host, name: string): Promise<ObservedNetwork | undefined> {
  const [xml, liveXml, info] = await Promise.all([
    virsh(host).find("net-dumpxml", "--inactive", name),
    virsh(host).find("net-dumpxml", name),
    virsh(host).find("net-info", name),
  ]);
  if (xml === undefined || liveXml === undefined || info === undefined) return undefined;
  const root = parseXml(xml, "network");
  const running = /^Active:\s+yes$/m.test(info);
  return {
    ...definitionOf(root),
    mark: markOf(root),
    live: running ? definitionOf(parseXml(liveXml, "network")).reservations : undefined,
    running,
    autostart: /^Autostart:\s+yes$/m.test(info),
  };
}

export async function defineNetwork(host: Host, definition: NetworkDefinition, mark: Mark): Promise<void> {
  await define(host, "net-define", networkXml(definition, mark));
}

export async function setNetworkRunning(host: Host, name: string, running: boolean): Promise<void> {
  await virsh(host).run(running ? "net-start" : "net-destroy", name);
}

export async function setNetworkAutostart(host: Host, name: string, autostart: boolean): Promise<void> {
  await virsh(host).run("net-autostart", name, ...(autostart ? [] : ["--disable"]));
}

/** Changes what a running network hands out; its guests stay connected. What is stored is changed by defining it. */
export async function syncReservations(
  host: Host,
  { name, live = [] }: ObservedNetwork,
  wanted: readonly Reservation[],
): Promise<void> {
  const same = (a: Reservation, b: Reservation) =>
    a.mac === b.mac && a.address === b.address && a.hostname === b.hostname;
  const update = (action: "delete" | "add-last", entry: Reservation) =>
    virsh(host).run("net-update", name, action, "ip-dhcp-host", hostXml(entry), "--live");
  for (const old of live) if (!wanted.some((entry) => same(entry, old))) await update("delete", old);
  for (const entry of wanted) if (!live.some((old) => same(old, entry))) await update("add-last", entry);
}

export async function removeNetwork(host: Host, found: ObservedNetwork): Promise<void> {
  if (found.running) await setNetworkRunning(host, found.name, false);
  await virsh(host).run("net-undefine", found.name);
}

/** Whether two networks, each with prefix length, have addresses in common. */
export function overlaps(a: string, b: string): boolean {
  const [one, onePrefix] = ipaddr.parseCIDR(a);
  const [other, otherPrefix] = ipaddr.parseCIDR(b);
  const prefix = Math.min(onePrefix, otherPrefix);
  if (one instanceof ipaddr.IPv4 && other instanceof ipaddr.IPv4) return one.match(other, prefix);
  return one instanceof ipaddr.IPv6 && other instanceof ipaddr.IPv6 && one.match(other, prefix);
}

/** The network of any address in it: `10.0.0.7/24` -> `10.0.0.0/24`. */
export function networkOf(cidr: string): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${cidr.split("/")[1]}`;
}

/** The host's address: the first of the subnet. */
export function gatewayOf(subnet: string): string {
  return nth(subnet, 1);
}

function nth(subnet: string, offset: number): string {
  const network = ipaddr.IPv4.networkAddressFromCIDR(subnet);
  const number = network.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

function networkXml(network: NetworkDefinition, mark: Mark): string {
  const [, prefix = "24"] = network.subnet.split("/");
  const size = 2 ** (32 - Number(prefix));
  return buildXml("network", {
    "@xmlns:dnsmasq": "http://libvirt.org/schemas/network/dnsmasq/1.0",
    name: network.name,
    uuid: network.uuid,
    metadata: metadataElement(mark),
    forward: network.mode === "isolated" ? undefined : { "@mode": network.mode },
    bridge: { "@name": network.bridge, "@stp": "off", "@delay": "0" },
    domain: network.domain === undefined ? undefined : { "@name": network.domain, "@localOnly": "yes" },
    ip: {
      "@address": gatewayOf(network.subnet),
      "@prefix": prefix,
      dhcp: network.dhcp
        ? {
            range: { "@start": nth(network.subnet, 2), "@end": nth(network.subnet, size - 2) },
            host: network.reservations.map(reservationElement),
          }
        : undefined,
    },
    // Without this dnsmasq pings an address for 3 s before the first lease; libvirt owns the whole subnet.
    "dnsmasq:options": network.dhcp ? { "dnsmasq:option": { "@value": "no-ping" } } : undefined,
  });
}

function reservationElement({ mac, address, hostname }: Reservation) {
  return { "@mac": mac, ...(hostname === undefined ? {} : { "@name": hostname }), "@ip": address };
}

function hostXml(entry: Reservation): string {
  return buildXml("host", reservationElement(entry)).trim();
}

function definitionOf(root: XmlNode): NetworkDefinition {
  const ip = root.child("ip");
  const mode = root.child("forward")?.attribute("mode") ?? "isolated";
  const address = ip?.attribute("address");
  const prefix = ip?.attribute("prefix") ?? String(prefixOf(ip?.attribute("netmask")) ?? 24);
  return {
    name: root.child("name")?.text() ?? "",
    uuid: root.child("uuid")?.text() ?? "",
    mode: mode === "nat" || mode === "route" ? mode : "isolated",
    subnet: address === undefined ? "" : `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`,
    bridge: root.child("bridge")?.attribute("name") ?? "",
    dhcp: ip?.child("dhcp") !== undefined,
    reservations: (ip?.child("dhcp")?.children("host") ?? []).map((host) => {
      const hostname = host.attribute("name");
      const entry = { mac: host.attribute("mac")?.toLowerCase() ?? "", address: host.attribute("ip") ?? "" };
      return hostname === undefined ? entry : { ...entry, hostname };
    }),
    domain: root.child("domain")?.attribute("name"),
  };
}

function prefixOf(netmask: string | undefined): number | null | undefined {
  return netmask === undefined ? undefined : ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask();
}

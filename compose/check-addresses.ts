import { type Path, quote } from "./diagnostics.js";
import { type Interface, type Machine, type Model, pluggedInto, type Segment } from "./model.js";
import type { Report } from "./report.js";
import {
  capacity,
  contains,
  formatAddress,
  hostAddress,
  overlap,
  parseAddress,
  parseSubnet,
  type Subnet,
} from "./subnet.js";

type Plugged = { machine: Machine; nic: Interface };

/** Subnets, addresses and MAC addresses, and how they go together. */
export function checkAddresses(model: Model, report: Report): void {
  const subnets = readSubnets(model, report);
  checkOverlaps([...subnets], report);
  for (const segment of model.segments) {
    const plugged = pluggedInto(model, segment);
    checkIps(segment, plugged, subnets.get(segment), report);
    checkRoom(segment, plugged, subnets.get(segment), report);
    checkMacs(segment, plugged, report);
  }
}

function readSubnets({ segments }: Model, report: Report): Map<Segment, Subnet> {
  const subnets = new Map<Segment, Subnet>();
  for (const segment of segments) {
    const { name, path, kind, subnet: text } = segment;
    if (text === undefined) continue;
    const subnet = parseSubnet(text);
    if (typeof subnet !== "string") subnets.set(segment, subnet);
    else report.error("value", subnetPath(path), `subnet ${quote(text)} of ${kind.segment} ${quote(name)} ${subnet}`);
  }
  return subnets;
}

function checkOverlaps(subnets: [Segment, Subnet][], report: Report): void {
  for (const [index, [segment, subnet]] of subnets.entries()) {
    const other = subnets.slice(0, index).find(([, earlier]) => overlap(earlier, subnet));
    if (other === undefined) continue;
    const [{ kind, name }, { text }] = other;
    report.error(
      "reference",
      subnetPath(segment.path),
      `subnet ${subnet.text} of ${segment.kind.segment} ${quote(segment.name)} overlaps ${text} of ${kind.segment} ${quote(name)}`,
    );
  }
}

function checkIps(
  { name, path, subnet: text, kind }: Segment,
  plugged: Plugged[],
  subnet: Subnet | undefined,
  report: Report,
): void {
  const users = new Map<number, Machine>();
  for (const { machine, nic } of plugged) {
    if (nic.ip === undefined) continue;
    const subject = `ip ${quote(nic.ip)} of machine ${quote(machine.name)}`;
    const where = `${kind.segment} ${quote(name)}`;
    const complain = (message: string) => report.error("value", [...nic.path, "ip"], `${subject} ${message}`);
    const address = parseAddress(nic.ip);
    if (address === undefined) {
      complain("must be an IPv4 address such as 10.10.0.20, without prefix length");
      continue;
    }
    const user = users.get(address);
    if (user !== undefined) complain(`is also that of machine ${quote(user.name)} on ${where}`);
    users.set(address, machine);
    if (text === undefined)
      complain(`needs a subnet to be in: add one to ${where}, ${formatSubnetHint(address, path)}`);
    if (subnet !== undefined) checkIp(address, subnet, where, complain);
  }
}

function formatSubnetHint(address: number, path: Path): string {
  return `such as network.${path[1]}[${path[2]}].subnet: ${formatAddress(address - (address % 256))}/24`;
}

function checkIp(address: number, subnet: Subnet, where: string, complain: (message: string) => void): void {
  if (!contains(subnet, address)) complain(`is outside of ${subnet.text}, the subnet of ${where}`);
  else if (address === hostAddress(subnet)) complain(`is the host's own on ${where}; take another one`);
  else if (address === subnet.first || address === subnet.last) {
    complain(
      `is the ${address === subnet.first ? "network" : "broadcast"} address of ${subnet.text}; take another one`,
    );
  }
}

/** The smallest derived subnet holds as many as fit into a /24. */
const derivedCapacity = 253;

function checkRoom(
  { name, path, kind }: Segment,
  plugged: Plugged[],
  subnet: Subnet | undefined,
  report: Report,
): void {
  const room = subnet === undefined ? derivedCapacity : capacity(subnet);
  if (plugged.length <= room) return;
  report.error(
    "value",
    subnetPath(path),
    `${kind.segment} ${quote(name)} has ${plugged.length} interfaces plugged into it, its subnet has addresses for ${room}; declare a larger subnet`,
  );
}

function checkMacs({ name, kind }: Segment, plugged: Plugged[], report: Report): void {
  const users = new Map<string, Machine>();
  for (const { machine, nic } of plugged) {
    if (nic.mac === undefined) continue;
    const path = [...nic.path, "mac"];
    const mac = nic.mac.toLowerCase();
    const subject = `mac ${quote(nic.mac)} of machine ${quote(machine.name)}`;
    if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) || mac === "00:00:00:00:00:00") {
      report.error("value", path, `${subject} must be a MAC address such as 52:54:00:12:34:56, in quotes`);
      continue;
    }
    if ((Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) {
      report.error("value", path, `${subject} is one of a group, not of a device: make its first number even`);
    }
    const user = users.get(mac);
    // Existing files have it, and a testbed may want it: it is theirs to decide.
    if (user !== undefined) {
      const message = `${subject} is also that of machine ${quote(user.name)} on ${kind.segment} ${quote(name)}`;
      report.warn("reference", path, message);
    }
    users.set(mac, machine);
  }
}

function subnetPath(path: Path): Path {
  return [...path, "subnet"];
}

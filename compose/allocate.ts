import { defaultSubnet, macAddress } from "../provider/names.js";
import { findSegment, type Interface, type Model, pluggedInto, type Segment } from "./model.js";
import type { Stack } from "./names.js";
import { formatAddress, guestAddresses, overlap, parseAddress, parseSubnet, type Subnet } from "./subnet.js";

/** Subnets of all segments. One that is not declared is derived from names; it gives way to those before it. */
export function allocateSubnets({ segments }: Model, { project, stack }: Stack): Map<Segment, Subnet> {
  const taken = new Map<Segment, Subnet>();
  for (const segment of segments) {
    if (segment.subnet !== undefined) taken.set(segment, subnetOf(segment.subnet));
  }
  for (const segment of segments) {
    if (taken.has(segment)) continue;
    taken.set(segment, firstFree([...taken.values()], [project, stack, segment.name]));
  }
  return taken;
}

function firstFree(taken: readonly Subnet[], identity: string[]): Subnet {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const subnet = subnetOf(defaultSubnet(...identity, ...(attempt === 0 ? [] : [String(attempt)])));
    if (!taken.some((other) => overlap(other, subnet))) return subnet;
  }
  throw new RangeError(`Cannot find a free subnet for ${identity.join("/")}: give it one in the file`);
}

/** Addresses of all interfaces: the declared ones, then what is left in the order of the file. */
export function allocateAddresses(model: Model, subnets: ReadonlyMap<Segment, Subnet>): Map<Interface, string> {
  const addresses = new Map<Interface, string>();
  for (const [segment, subnet] of subnets) {
    const interfaces = pluggedInto(model, segment).map(({ nic }) => nic);
    const declared = new Set(interfaces.map(({ ip }) => (ip === undefined ? undefined : parseAddress(ip))));
    const free = guestAddresses(subnet);
    for (const nic of interfaces) addresses.set(nic, nic.ip ?? formatAddress(nextFree(free, declared, subnet)));
  }
  return addresses;
}

function nextFree(free: Generator<number>, declared: ReadonlySet<number | undefined>, { text }: Subnet): number {
  // Not for…of: that would end the generator at the first address.
  for (let next = free.next(); !next.done; next = free.next()) {
    if (!declared.has(next.value)) return next.value;
  }
  throw new RangeError(`Cannot give every interface an address: subnet ${text} has no more; declare a larger one`);
}

/** The declared MAC address in the form that libvirt shows, else the one that the SDK gives the interface. */
export function macOf({ project, stack }: Stack, machine: string, device: string, { mac }: Interface): string {
  return mac?.toLowerCase() ?? macAddress(project, stack, machine, device);
}

export function subnetIn(model: Model, subnets: ReadonlyMap<Segment, Subnet>, nic: Interface): Subnet {
  const segment = findSegment(model, nic);
  const subnet = segment === undefined ? undefined : subnets.get(segment);
  if (subnet === undefined) throw new TypeError(`Cannot plan an interface on "${nic.segment}": it was not checked`);
  return subnet;
}

function subnetOf(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (typeof subnet === "string") throw new TypeError(`Cannot plan subnet "${text}": it ${subnet}`);
  return subnet;
}

import ipaddr from "ipaddr.js";

/** A range of IPv4 addresses; addresses are numbers. */
export interface Subnet {
  text: string;
  prefix: number;
  /** The network's own address. */
  first: number;
  /** The broadcast address. */
  last: number;
}

const fewestBits = 8;
const mostBits = 30;
/** Below it there is room for what people number by hand. */
const firstGuest = 10;

/** @returns the subnet, or what is wrong with the text */
export function parseSubnet(text: string): Subnet | string {
  const [, address = "", bits = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  const prefix = Number(bits);
  if (parsed === undefined) return "must be an IPv4 network with prefix length such as 10.10.0.0/24";
  if (prefix < fewestBits || prefix > mostBits) return `must have a prefix length from ${fewestBits} to ${mostBits}`;
  const size = 2 ** (32 - prefix);
  const first = parsed - (parsed % size);
  if (first !== parsed) return `must be the address of a network; did you mean ${formatAddress(first)}/${prefix}?`;
  const range = ipaddr.IPv4.parse(address).range();
  if (range === "loopback" || range === "multicast" || range === "unspecified") {
    return `must be a network for machines, ${address} is ${range}`;
  }
  return { text, prefix, first, last: first + size - 1 };
}

/** Four decimal numbers and nothing else: forms such as `10.1` or `010.0.0.1` mean different things to different tools. */
export function parseAddress(text: string): number | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return ipaddr.IPv4.parse(text).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.first && address <= subnet.last;
}

export function overlap(a: Subnet, b: Subnet): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The host has the first address of each bridge. */
export function hostAddress(subnet: Subnet): number {
  return subnet.first + 1;
}

/** How many guests a subnet has addresses for. */
export function capacity(subnet: Subnet): number {
  return subnet.last - subnet.first - 2;
}

/** Addresses for guests in the order in which they are given away: from .10 upwards, then those before it. */
export function* guestAddresses(subnet: Subnet): Generator<number> {
  for (let address = subnet.first + firstGuest; address < subnet.last; address++) yield address;
  for (let address = subnet.first + 2; address < Math.min(subnet.first + firstGuest, subnet.last); address++)
    yield address;
}

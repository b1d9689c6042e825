import { createHash, randomBytes } from "node:crypto";

/** `urn:pulumi:<stack>::<project>::<type>::<name>` taken apart; names may contain `::`. */
export interface UrnParts {
  stack: string;
  project: string;
  name: string;
}

export function parseUrn(urn: string): UrnParts {
  const [prefix = "", project = "", , ...name] = urn.split("::");
  return { stack: prefix.replace(/^urn:pulumi:/, ""), project, name: name.join("::") };
}

/** Longer names leave too little of a file name's 255 bytes, and of QEMU's socket paths, for what is added to them. */
const NAME_LIMIT = 100;

/** `<project>-<stack>-<name>`, in the characters that libvirt, file names and hostnames all take. */
export function physicalName(urn: string): string {
  const { project, stack, name } = parseUrn(urn);
  const full = [project, stack, name].map(sanitize).join("-");
  return full.length <= NAME_LIMIT ? full : `${full.slice(0, NAME_LIMIT - 13)}-${digest(full).slice(0, 12)}`;
}

/** A part of which nothing is left (a name in another script) is told from others by its hash. */
function sanitize(part: string): string {
  return part.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[-.]+|-+$/g, "") || digest(part).slice(0, 8);
}

/** The kernel's limit for the name of a network link is 15 characters (IFNAMSIZ); a longer one becomes a hash. */
export function linkName(name: string): string {
  return name.length <= 15 ? name : `kvm${digest(name).slice(0, 12)}`;
}

/**
 * A stable MAC address from whatever identifies the interface: locally administered, unicast, 46 hashed bits.
 * Source of the two fixed bits: IEEE 802-2014, clause 8.
 */
export function macAddress(...identity: string[]): string {
  const bytes = createHash("sha256").update(identity.join("\0")).digest().subarray(0, 6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** A stable UUID (version 8, RFC 9562: our own construction) from whatever identifies the thing. */
export function stableUuid(...identity: string[]): string {
  const bytes = createHash("sha256").update(identity.join("\0")).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A stable private /24, `10.<x>.<y>.0/24` with x in 64..191: away from what libvirt, Docker and routers like to use. */
export function defaultSubnet(...identity: string[]): string {
  const hash = createHash("sha256").update(identity.join("\0")).digest();
  return `10.${64 + ((hash[0] ?? 0) % 128)}.${hash[1] ?? 0}.0/24`;
}

/** A new incarnation: 8 random bytes as hex. */
export function newIncarnation(): string {
  return randomBytes(8).toString("hex");
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

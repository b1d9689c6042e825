import { coalesced } from "../host/coalesced.js";
import type { Host } from "../host/host.js";

/** A network link of a host's kernel, as `ip -d -j address` shows it. */
export interface Link {
  index: number;
  name: string;
  /** `bridge`, `tun`, `openvswitch`, … */
  kind: string | undefined;
  alias: string | undefined;
  mtu: number;
  up: boolean;
  /** The bridge that the link is plugged into. */
  master: string | undefined;
  /** With prefix length, without link-local ones. */
  addresses: string[];
}

interface IpLink {
  ifindex: number;
  ifname: string;
  ifalias?: string;
  mtu: number;
  flags: string[];
  master?: string;
  linkinfo?: { info_kind?: string };
  addr_info?: { local?: string; prefixlen: number; scope: string }[];
}

/** One `ip` process answers all questions that are asked while another one runs. */
export async function findLink(host: Host, name: string): Promise<Link | undefined> {
  return (await linksByName(host)).get(name);
}

const linksByName = coalesced(async (host) => new Map((await listLinks(host)).map((link) => [link.name, link])));

export async function listLinks(host: Host): Promise<Link[]> {
  const { stdout } = await host.run(["ip", "-d", "-j", "address", "show"]);
  return (JSON.parse(stdout) as IpLink[])
    .filter((link) => link.ifname !== undefined)
    .map((link) => ({
      index: link.ifindex,
      name: link.ifname,
      kind: link.linkinfo?.info_kind,
      alias: link.ifalias,
      mtu: link.mtu,
      up: link.flags.includes("UP"),
      master: link.master,
      addresses: (link.addr_info ?? [])
        .filter((address) => address.scope !== "link" && address.local !== undefined)
        .map((address) => `${address.local}/${address.prefixlen}`),
    }));
}

/** Runs `ip` commands in one process and stops at the first that fails. */
export async function ipBatch(host: Host, lines: readonly (readonly string[])[]): Promise<void> {
  if (lines.length === 0) return;
  const input = lines.map((words) => words.map(word).join(" ")).join("\n");
  await host.run(["ip", "-batch", "-"], { input: `${input}\n` });
}

/** ip's batch mode splits at blanks and knows double quotes; whatever would need more is refused. */
function word(text: string): string {
  if (/["\n\r\\]/.test(text)) throw new TypeError(`Cannot pass ${JSON.stringify(text)} to ip`);
  return /\s/.test(text) ? `"${text}"` : text;
}

/** The commands that make a link's addresses, MTU and state as wanted. What is not declared is left alone. */
export function syncLink(
  link: Link,
  wanted: { addresses: readonly string[] | undefined; mtu: number | undefined; up: boolean },
): string[][] {
  const { name } = link;
  const extra =
    wanted.addresses === undefined ? [] : link.addresses.filter((found) => !wanted.addresses?.includes(found));
  // With its first address of a subnet a link may lose the others: then all are put back (`replace` takes what is there).
  const missing = (wanted.addresses ?? []).filter((address) => extra.length > 0 || !link.addresses.includes(address));
  return [
    ...(wanted.mtu === undefined || wanted.mtu === link.mtu
      ? []
      : [["link", "set", "dev", name, "mtu", String(wanted.mtu)]]),
    // The last first: an address that was already lost with the first one of its subnet could not be deleted any more.
    ...extra.toReversed().map((address) => ["address", "del", address, "dev", name]),
    ...missing.map((address) => ["address", "replace", address, "dev", name]),
    ...(link.up === wanted.up ? [] : [["link", "set", "dev", name, wanted.up ? "up" : "down"]]),
  ];
}

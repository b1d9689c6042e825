import type { Host } from "../host/host.js";
import { readManifest, removeManifest, writeManifest } from "../host/manifest.js";
import type { Mark } from "../owner.js";
import type { BridgeDriver, ObservedBridge } from "./driver.js";
import { findLink, ipBatch, type Link, syncLink } from "./links.js";

/**
 * Bridges of the kernel. A link has room for an alias only (255 characters): it names the incarnation, the manifest in the
 * store holds the rest. Both are gone or stale after a reboot, and so is the bridge: that is drift, not damage.
 */
export const linuxBridge: BridgeDriver = {
  async observe(host, name) {
    const link = await findLink(host, name);
    return link === undefined ? undefined : observed(link, await markOf(host, link));
  },

  async create(host, name, mark, settings) {
    await writeManifest(host, manifestAt(host, name), { mark });
    await ipBatch(host, [
      // Without a forward delay of 0 a new port is deaf for 15 s although there is no spanning tree.
      ["link", "add", "name", name, "type", "bridge", "stp_state", "0", "forward_delay", "0"],
      ["link", "set", "dev", name, "alias", aliasOf(mark)],
      ...(settings.mtu === undefined ? [] : [["link", "set", "dev", name, "mtu", String(settings.mtu)]]),
      ...(settings.addresses ?? []).map((address) => ["address", "add", address, "dev", name]),
      ...(settings.up ? [["link", "set", "dev", name, "up"]] : []),
    ]);
  },

  async sync(host, link, mark, settings) {
    const { name } = link;
    await writeManifest(host, manifestAt(host, name), { mark });
    const relabel = link.alias === aliasOf(mark) ? [] : [["link", "set", "dev", name, "alias", aliasOf(mark)]];
    await ipBatch(host, [...relabel, ...syncLink(link, settings)]);
  },

  async remove(host, name) {
    await ipBatch(host, [["link", "del", "dev", name]]);
    await removeManifest(host, manifestAt(host, name));
  },

  async hasPort(host, name, port) {
    return (await findLink(host, port))?.master === name;
  },

  async plug(host, name, port) {
    await ipBatch(host, [["link", "set", "dev", port, "master", name, "up"]]);
  },
};

function observed(link: Link, mark: Mark | undefined): ObservedBridge {
  const incarnation = link.alias?.startsWith(ALIAS) === true ? link.alias.slice(ALIAS.length) : undefined;
  const { mtu, addresses, up } = link;
  return { link, mark, incarnation, mtu, addresses, up, isKind: link.kind === "bridge" };
}

async function markOf(host: Host, link: Link): Promise<Mark | undefined> {
  const manifest = await readManifest(host, manifestAt(host, link.name));
  return manifest !== undefined && link.alias === aliasOf(manifest.mark) ? manifest.mark : undefined;
}

const ALIAS = "pulumi-kvm:";

function aliasOf(mark: Mark): string {
  return `${ALIAS}${mark.incarnation}`;
}

function manifestAt(host: Host, name: string): string {
  return `${host.paths.links}/${name}`;
}

import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { BridgeSettings, ObservedBridge } from "../bridge/driver.js";
import { bridgeDrivers } from "../bridge/drivers.js";
import { listLinks } from "../bridge/links.js";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import type { Host } from "../host/host.js";
import { overlaps } from "../libvirt/network.js";
import { linkName, physicalName } from "../names.js";
import { claim, isOurs, isSameOwner, makeMark, observedIdentity } from "../owner.js";
import { isUnknown, live, replace } from "../schema.js";
import { hostedArgs } from "./common.js";

const cidr = z
  .string()
  .refine((text) => ipaddr.isValidCIDR(text), "must be an address with prefix length such as 10.0.0.1/24");

export const bridgeArgs = z.strictObject({
  ...hostedArgs,
  name: replace(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/, "must be a link name of at most 15 characters")
      .optional(),
  ).describe("Name of the link; default `<project>-<stack>-<name>`, hashed when that is longer than 15 characters"),
  kind: replace(z.enum(["linux", "openvswitch"]).default("linux")),
  up: live(z.boolean().default(true)).describe("Whether the link is switched on"),
  addresses: live(z.array(cidr).optional(), "").describe("Addresses of the host on the bridge, with prefix length"),
  mtu: live(z.int().min(576).max(65535).optional()).describe("Bytes"),
  protocols: live(z.array(z.string().regex(/^OpenFlow1[0-5]$/)).optional(), "").describe(
    "OpenFlow versions; Open vSwitch only",
  ),
  controller: live(z.string().regex(/^\S+$/).optional()).describe("OpenFlow controller; Open vSwitch only"),
});

export type BridgeArgs = z.infer<typeof bridgeArgs>;

export interface BridgeState extends BridgeArgs {
  name: string;
}

/** A bridge on a host that guests are plugged into. */
export const bridge = {
  type: "Bridge",
  args: bridgeArgs,
  deleteBeforeReplace: true,
  derive: (args, old) => ({
    ...args,
    name: args.name ?? old.name ?? linkName(physicalName(args.owner.urn)),
    ...(Array.isArray(args.addresses) ? { addresses: args.addresses.map(normalized) } : {}),
  }),
  validate: (args) =>
    args.kind !== "linux"
      ? []
      : (["protocols", "controller"] as const)
          .filter((property) => args[property] !== undefined)
          .map((property) => ({ property, reason: "needs kind openvswitch" })),
  id: (state) => state.name,
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<BridgeArgs, BridgeState>;

async function reconcile({ args, state, host: connect }: Operation<BridgeArgs, BridgeState>): Promise<BridgeState> {
  const host = await connect();
  const { name } = args;
  if (name === undefined) throw new TypeError("Cannot reconcile a bridge that was not checked");
  const driver = bridgeDrivers[args.kind];
  const found = await driver.observe(host, name);
  const what = `bridge "${name}" on host "${host.name}"`;
  if (found !== undefined) {
    const isKnown = isOurs(found, state?.incarnation ?? args.incarnation);
    claim(found.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt, isKnown });
    if (!found.isKind)
      throw new Error(`Cannot adopt ${what}: it is no ${args.kind} bridge; remove it or choose another name`);
  }
  await checkCollisions(host, args, name);
  const mark = makeMark(args.owner, args.incarnation, found?.mark);
  const settings = settingsOf(args, state);
  if (found?.link === undefined) await driver.create(host, name, mark, settings);
  else await driver.sync(host, found.link, mark, settings);
  return { ...args, name };
}

/** Two links in one subnet: the host would answer through either, and whoever used the first loses it. */
async function checkCollisions(host: Host, { addresses = [], adopt }: BridgeArgs, name: string): Promise<void> {
  if (addresses.length === 0 || adopt === true) return;
  for (const link of await listLinks(host)) {
    if (link.name === name) continue;
    for (const address of addresses) {
      const taken = link.addresses.find((other) => overlaps(address, other));
      if (taken !== undefined) {
        throw new Error(
          `Cannot give bridge "${name}" on host "${host.name}" the address ${address}: it overlaps ${taken} of link "${link.name}"; declare another subnet`,
        );
      }
    }
  }
}

async function read({ state, host: connect }: ReadOperation<BridgeState>): Promise<BridgeState | undefined> {
  const host = await connect();
  const found = await bridgeDrivers[state.kind].observe(host, state.name);
  if (found?.link === undefined || !found.isKind) return undefined;
  if (found.mark !== undefined && !isSameOwner(found.mark, state.owner)) return undefined;
  return observedState(state, found);
}

function observedState(state: BridgeState, found: ObservedBridge): BridgeState {
  return {
    ...state,
    ...observedIdentity(found.mark, state),
    up: found.up,
    addresses: found.up ? found.addresses : [...found.addresses, ...lostWhileDown(state, found)],
    mtu: found.mtu,
    protocols: found.protocols,
    controller: found.controller,
  };
}

async function remove({ state, host: connect }: ReadOperation<BridgeState>): Promise<void> {
  const host = await connect();
  const driver = bridgeDrivers[state.kind];
  const found = await driver.observe(host, state.name);
  if (found?.isKind && isOurs(found, state.incarnation)) await driver.remove(host, state.name);
}

/** The kernel takes IPv6 addresses from a link that is switched off: they are not missing, they come back with it. */
function lostWhileDown({ addresses = [] }: BridgeState, found: ObservedBridge): string[] {
  return addresses.filter((address) => address.includes(":") && !found.addresses.includes(address));
}

/** What was declared before and is not any more is taken back; what never was is left alone. */
function settingsOf(args: BridgeArgs, state: BridgeState | undefined): BridgeSettings {
  return {
    up: args.up,
    addresses: args.addresses ?? (state?.addresses === undefined ? undefined : []),
    mtu: args.mtu,
    protocols: args.protocols ?? (state?.protocols === undefined ? undefined : []),
    controller: args.controller ?? (state?.controller === undefined ? undefined : null),
  };
}

/** As the kernel writes it: IPv6 addresses have many spellings. */
function normalized(address: string): string {
  if (isUnknown(address)) return address;
  const [parsed, prefix] = ipaddr.parseCIDR(address);
  return `${parsed}/${prefix}`;
}

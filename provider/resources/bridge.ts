import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { BridgeSettings, ObservedBridge } from "../bridge/driver.js";
import { bridgeDrivers } from "../bridge/drivers.js";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import { linkName, physicalName } from "../names.js";
import { claim, isOurs, isSameOwner, makeMark } from "../owner.js";
import { live, replace } from "../schema.js";
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
  derive: (args) => ({ ...args, name: args.name ?? linkName(physicalName(args.owner.urn)) }),
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
    claim(found.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt });
    if (!found.isKind)
      throw new Error(`Cannot adopt ${what}: it is no ${args.kind} bridge; remove it or choose another name`);
  }
  const mark = makeMark(args.owner, args.incarnation, found?.mark);
  if (found === undefined) await driver.create(host, name, mark, settingsOf(args));
  else await driver.sync(host, name, mark, settingsOf(args), found);
  return { ...args, name };
}

async function read({ state, host: connect }: ReadOperation<BridgeState>): Promise<BridgeState | undefined> {
  const host = await connect();
  const found = await bridgeDrivers[state.kind].observe(host, state.name);
  if (found === undefined || !found.isKind || (found.mark !== undefined && !isSameOwner(found.mark, state.owner)))
    return undefined;
  return observedState(state, found);
}

function observedState(state: BridgeState, found: ObservedBridge): BridgeState {
  return {
    ...state,
    ...(found.mark === undefined ? {} : { owner: { urn: found.mark.urn, realm: found.mark.realm } }),
    addresses: found.addresses,
    mtu: found.mtu,
    protocols: found.protocols,
    controller: found.controller,
  };
}

async function remove({ state, host: connect }: ReadOperation<BridgeState>): Promise<void> {
  const host = await connect();
  const driver = bridgeDrivers[state.kind];
  const found = await driver.observe(host, state.name);
  if (found?.isKind && isOurs(found.mark, state.incarnation)) await driver.remove(host, state.name);
}

function settingsOf(args: BridgeArgs): BridgeSettings {
  return { addresses: args.addresses, mtu: args.mtu, protocols: args.protocols, controller: args.controller };
}

import ipaddr from "ipaddr.js";
import { z } from "zod";
import { listLinks } from "../bridge/links.js";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import { diffProperties } from "../diff.js";
import { UNKNOWN } from "../handler.js";
import type { Host } from "../host/host.js";
import {
  defineNetwork,
  gatewayOf,
  networkOf,
  type ObservedNetwork,
  observeNetwork,
  overlaps,
  removeNetwork,
  setNetworkAutostart,
  setNetworkRunning,
  syncReservations,
} from "../libvirt/network.js";
import { defaultSubnet, linkName, parseUrn, physicalName, stableUuid } from "../names.js";
import { claim, isOurs, isSameOwner, makeMark, observedIdentity } from "../owner.js";
import { isUnknown, live, replace } from "../schema.js";
import { hostedArgs, macSchema, nameArg } from "./common.js";

const ipv4 = z.string().refine((text) => ipaddr.IPv4.isValidFourPartDecimal(text), "must be an IPv4 address");

export const networkArgs = z.strictObject({
  ...hostedArgs,
  name: replace(nameArg.optional()),
  mode: replace(z.enum(["nat", "isolated", "route"]).default("nat")).describe("How guests reach the outside"),
  subnet: replace(
    z
      .string()
      .refine((text) => ipaddr.IPv4.isValidCIDR(text), "must be an IPv4 network such as 192.168.50.0/24")
      .refine((text) => !/\/(3[1-2]|[0-9]|1[0-5])$/.test(text), "must have a prefix length from 16 to 30")
      .optional(),
  ).describe("Default: a /24 derived from project, stack and name. The host takes the first address"),
  bridge: replace(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/, "must be a link name of at most 15 characters")
      .optional(),
  ).describe("Name of the bridge link; derived by default"),
  dhcp: replace(z.boolean().default(true)).describe("Hand out addresses: all from the second one on"),
  reservations: live(
    z.array(z.strictObject({ mac: macSchema, address: ipv4, hostname: z.string().optional() })).default([]),
    "mac",
  ).describe("Fixed addresses by MAC; changed while guests stay connected"),
  domain: replace(z.string().optional()).describe("DNS domain of the guests"),
  running: live(z.boolean().default(true)),
  autostart: live(z.boolean().default(true)).describe("Start with the host"),
});

export type NetworkArgs = z.infer<typeof networkArgs>;

export interface NetworkState extends NetworkArgs {
  name: string;
  subnet: string;
  bridge: string;
  uuid: string;
  /** The host's address on the network. */
  gateway: string;
}

/** A network of libvirt, with DHCP and DNS for its guests. */
export const network = {
  type: "Network",
  args: networkArgs,
  deleteBeforeReplace: true,
  derive(args, old) {
    const { project, stack, name } = parseUrn(args.owner.urn);
    const physical = args.name ?? old.name ?? physicalName(args.owner.urn);
    const subnet = args.subnet ?? old.subnet ?? defaultSubnet(project, stack, name);
    return {
      ...args,
      name: physical,
      subnet: isUnknown(subnet) ? subnet : networkOf(subnet),
      bridge: args.bridge ?? old.bridge ?? (isUnknown(physical) ? UNKNOWN : linkName(physical)),
    };
  },
  validate,
  id: (state) => state.uuid,
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<NetworkArgs, NetworkState>;

function validate({ dhcp, subnet, reservations }: NetworkArgs): { property: string; reason: string }[] {
  if (!Array.isArray(reservations)) return [];
  if (dhcp === false && reservations.length > 0) return [{ property: "reservations", reason: "need dhcp" }];
  if (subnet === undefined || isUnknown(subnet)) return [];
  return reservations.flatMap((entry, index) =>
    isUnknown(entry) || isUnknown(entry.address) || overlaps(subnet, `${entry.address}/32`)
      ? []
      : [{ property: `reservations[${index}].address`, reason: `must be an address of ${subnet}` }],
  );
}

async function reconcile({ args, state, host: connect }: Operation<NetworkArgs, NetworkState>): Promise<NetworkState> {
  const host = await connect();
  const { name, subnet, bridge, domain } = args;
  if (name === undefined || subnet === undefined || bridge === undefined) {
    throw new TypeError("Cannot reconcile a network that was not checked");
  }
  const found = await observeNetwork(host, name);
  if (found !== undefined) {
    const what = `network "${name}" on host "${host.name}"`;
    const isKnown = found.uuid === state?.uuid;
    claim(found.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt, isKnown });
    if (found.running) await syncReservations(host, found, args.reservations);
  } else await checkCollisions(host, { name, subnet, bridge });
  const uuid = found?.uuid ?? stableUuid(args.owner.urn, args.owner.realm, args.incarnation);
  const { mode, dhcp, reservations } = args;
  const definition = { name, uuid, mode, subnet, bridge, dhcp, reservations, domain };
  await defineNetwork(host, definition, makeMark(args.owner, args.incarnation, found?.mark));
  if ((found?.running ?? false) !== args.running) await setNetworkRunning(host, name, args.running);
  if ((found?.autostart ?? false) !== args.autostart) await setNetworkAutostart(host, name, args.autostart);
  return { ...args, name, subnet, bridge, uuid, gateway: gatewayOf(subnet) };
}

async function read({ state, host: connect }: ReadOperation<NetworkState>): Promise<NetworkState | undefined> {
  const host = await connect();
  const found = await observeNetwork(host, state.name);
  if (found === undefined) return undefined;
  const { mark, live: handedOut, ...observed } = found;
  if (mark !== undefined && !isSameOwner(mark, state.owner)) return undefined;
  return {
    ...state,
    ...observed,
    ...observedIdentity(mark, state),
    reservations: observedReservations(state, found),
    gateway: gatewayOf(observed.subnet === "" ? state.subnet : observed.subnet),
  };
}

/** What is stored is as declared, but the running network hands out something else: that is what differs. */
function observedReservations(state: NetworkState, { reservations, live: handedOut }: ObservedNetwork) {
  const isAsDeclared =
    diffProperties(networkArgs.pick({ reservations: true }), { reservations }, { ...state }).length === 0;
  return isAsDeclared && handedOut !== undefined ? handedOut : reservations;
}

/** libvirt would define the network and then fail to start it, with words that name neither side. */
async function checkCollisions(
  host: Host,
  { name, subnet, bridge }: { name: string; subnet: string; bridge: string },
): Promise<void> {
  for (const link of await listLinks(host)) {
    const address = link.addresses.find((other) => overlaps(subnet, other));
    const what = `Cannot create network "${name}" on host "${host.name}"`;
    if (link.name === bridge)
      throw new Error(`${what}: there is a link "${bridge}" already; declare another bridge or remove the link`);
    if (address !== undefined)
      throw new Error(
        `${what}: its subnet ${subnet} overlaps ${address} of link "${link.name}"; declare another subnet`,
      );
  }
}

async function remove({ state, host: connect }: ReadOperation<NetworkState>): Promise<void> {
  const host = await connect();
  const found = await observeNetwork(host, state.name);
  if (found === undefined) return;
  const hasLostItsMark = found.mark === undefined && found.uuid === state.uuid;
  if (hasLostItsMark || isOurs(found.mark, state.incarnation)) await removeNetwork(host, found);
}

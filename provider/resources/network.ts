import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import {
  defineNetwork,
  gatewayOf,
  observeNetwork,
  removeNetwork,
  setNetworkAutostart,
  setNetworkRunning,
  syncReservations,
} from "../libvirt/network.js";
import { defaultSubnet, linkName, parseUrn, physicalName, stableUuid } from "../names.js";
import { claim, isOurs, isSameOwner, makeMark } from "../owner.js";
import { live, replace } from "../schema.js";
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
      .optional(),
  ).describe("Default: a /24 derived from project, stack and name. The host takes the first address"),
  bridge: replace(z.string().max(15).optional()).describe("Name of the bridge link; derived by default"),
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
  derive(args) {
    const { project, stack, name } = parseUrn(args.owner.urn);
    const physical = args.name ?? physicalName(args.owner.urn);
    return {
      ...args,
      name: physical,
      subnet: args.subnet ?? defaultSubnet(project, stack, name),
      bridge: args.bridge ?? linkName(physical),
    };
  },
  id: (state) => state.uuid,
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<NetworkArgs, NetworkState>;

async function reconcile({ args, state, host: connect }: Operation<NetworkArgs, NetworkState>): Promise<NetworkState> {
  const host = await connect();
  const { name, subnet, bridge, domain } = args;
  if (name === undefined || subnet === undefined || bridge === undefined) {
    throw new TypeError("Cannot reconcile a network that was not checked");
  }
  const found = await observeNetwork(host, name);
  if (found !== undefined) {
    const what = `network "${name}" on host "${host.name}"`;
    claim(found.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt });
    if (found.running) await syncReservations(host, found, args.reservations);
  }
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
  const { mark, ...observed } = found;
  if (mark !== undefined && !isSameOwner(mark, state.owner)) return undefined;
  return {
    ...state,
    ...observed,
    ...(mark === undefined ? {} : { owner: { urn: mark.urn, realm: mark.realm } }),
    gateway: gatewayOf(observed.subnet === "" ? state.subnet : observed.subnet),
  };
}

async function remove({ state, host: connect }: ReadOperation<NetworkState>): Promise<void> {
  const host = await connect();
  const found = await observeNetwork(host, state.name);
  if (found !== undefined && isOurs(found.mark, state.incarnation)) await removeNetwork(host, found);
}

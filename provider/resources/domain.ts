import { z } from "zod";
import type { ReadOperation, ResourceDefinition } from "../definition.js";
import { consolePath } from "../domain/define.js";
import { observedArgs } from "../domain/observed-args.js";
import { reconcile } from "../domain/reconcile.js";
import type { PropertyChange } from "../handler.js";
import { observeDomain, stopDomain, undefineDomain } from "../libvirt/domains.js";
import { problemOfOverride } from "../libvirt/override.js";
import { macAddress, parseUrn, physicalName, stableUuid } from "../names.js";
import { isOurs, isSameOwner } from "../owner.js";
import { isUnknown, live, noImpact, replace, restart } from "../schema.js";
import {
  absolutePath,
  bridgeReferenceSchema,
  diskReferenceSchema,
  hostedArgs,
  macSchema,
  nameArg,
  networkReferenceSchema,
} from "./common.js";

const deviceName = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, "must be letters, digits, `_` or `-`");

export const domainArgs = z.strictObject({
  ...hostedArgs,
  name: replace(nameArg.optional()),
  uuid: noImpact(z.string().optional()).describe("Derived from the owner by default"),
  description: live(
    z
      .string()
      .regex(/^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u, "must be text without control characters")
      .optional(),
  ),
  vcpus: restart(z.int().min(1).max(1024).optional()).describe("Default 1"),
  memory: restart(z.int().min(1).optional()).describe("MiB. Default 512"),
  machine: restart(z.enum(["q35", "pc"]).optional()).describe("Machine type of QEMU. Default q35"),
  accelerator: restart(z.enum(["auto", "kvm", "tcg"]).default("auto")).describe(
    "`auto` takes KVM where it works, which the host was probed for, else QEMU's own emulation (TCG)",
  ),
  disks: restart(
    z
      .array(
        z.strictObject({
          name: deviceName,
          source: diskReferenceSchema,
          bus: z.enum(["virtio", "scsi", "sata", "ide"]).default("virtio"),
          readonly: z.boolean().default(false),
        }),
      )
      .optional(),
    "name",
  ).describe("The first one is booted from"),
  seed: restart(
    z
      .strictObject({
        path: live(absolutePath),
        instanceId: z.string().optional().describe("The guest restarts when it changes; default: the path"),
      })
      .optional(),
  ).describe("A NoCloud image. Another image for the same instance is taken up at the guest's next start"),
  interfaces: live(
    z
      .array(
        z.strictObject({
          name: deviceName,
          bridge: bridgeReferenceSchema.optional(),
          network: networkReferenceSchema.optional(),
          mac: macSchema.optional(),
          model: z
            .string()
            .regex(/^[a-z0-9-]+$/)
            .default("virtio"),
          address: z.string().optional().describe("The address that the seed gives the guest, for finding it"),
        }),
      )
      .optional(),
    "name",
  ).describe("Plugged in, re-plugged and unplugged while the guest runs"),
  running: live(z.boolean().default(true)).describe("Running or off, as declared"),
  autostart: live(z.boolean().default(false)).describe("Start with the host"),
  shutdownGrace: noImpact(z.number().min(0).default(30)).describe(
    "Seconds that the guest gets to shut down before its power is cut",
  ),
  waitFor: noImpact(
    z
      .strictObject({
        until: z.enum(["address", "ssh", "cloud-init"]),
        limit: z.number().positive().default(300),
      })
      .optional(),
  ).describe("How far the guest must have come before the domain counts as created; `limit` in seconds"),
  login: live(
    z.strictObject({ user: z.string().min(1).default("root"), privateKey: z.string().min(1) }).optional(),
  ).describe("How to log in to the guest. Secret"),
  xml: restart(z.string().min(1).optional()).describe("A whole libvirt document instead of the properties above"),
});

export type DomainArgs = z.infer<typeof domainArgs>;

export interface DomainState extends DomainArgs {
  name: string;
  uuid: string;
  /** What runs now, where that differs from what is stored for the next start. */
  live?: { vcpus: number; memory: number };
  /** In libvirt's words: `running`, `shut off`, … */
  powerState: string;
  /** Whether `waitFor` was reached since the last start. */
  ready: boolean;
  /** Addresses by interface name. */
  addresses: Record<string, string[]>;
  /** The first address. */
  address?: string;
  /** For `@pulumi/command`: host, user, privateKey. Secret. */
  connection?: { host: string; user: string; privateKey: string };
  /** The guest's ssh key as seen at its first answer, `ssh-ed25519 AAAA…`. */
  hostKey?: string;
  /** File on the host that the serial console is logged to. */
  console: string;
}

/** A guest. What can be changed while it runs is changed so; it restarts, gracefully, only when it must. */
export const domain = {
  type: "Domain",
  args: domainArgs,
  deleteBeforeReplace: true,
  derive,
  validate,
  refineDiff,
  id: (state) => state.uuid,
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<DomainArgs, DomainState>;

function derive(args: DomainArgs, old: Partial<DomainArgs>): DomainArgs {
  const { project, stack, name } = parseUrn(args.owner.urn);
  const { urn, realm } = args.owner;
  return {
    ...args,
    name: args.name ?? old.name ?? physicalName(urn),
    uuid: args.uuid ?? old.uuid ?? stableUuid(urn, realm),
    ...(args.xml === undefined ? withDefaults(args, [project, stack, name]) : {}),
  };
}

function withDefaults(args: DomainArgs, identity: string[]): Partial<DomainArgs> {
  const withMac = (nic: NonNullable<DomainArgs["interfaces"]>[number]) =>
    isUnknown(nic) ? nic : { ...nic, mac: nic.mac ?? macAddress(...identity, nic.name) };
  return {
    vcpus: args.vcpus ?? 1,
    memory: args.memory ?? 512,
    machine: args.machine ?? "q35",
    disks: args.disks ?? [],
    ...(typeof args.seed === "object"
      ? { seed: { ...args.seed, instanceId: args.seed.instanceId ?? args.seed.path } }
      : {}),
    interfaces: Array.isArray(args.interfaces) ? args.interfaces.map(withMac) : (args.interfaces ?? []),
  };
}

const SHAPE = ["vcpus", "memory", "machine", "disks", "seed", "interfaces", "description"] as const;

function validate(args: DomainArgs): { property: string; reason: string }[] {
  if (args.xml !== undefined) {
    const problem = isUnknown(args.xml) ? undefined : problemOfOverride(args.xml);
    const clashes = SHAPE.filter((property) => args[property] !== undefined);
    return [
      ...(problem === undefined ? [] : [{ property: "xml", reason: problem }]),
      ...clashes.map((property) => ({ property, reason: "cannot be given with xml, which is the whole document" })),
    ];
  }
  const interfaces = Array.isArray(args.interfaces) ? args.interfaces : [];
  const disks = Array.isArray(args.disks) ? args.disks : [];
  return [
    ...interfaces.flatMap((nic, index) =>
      isUnknown(nic) || (nic.bridge === undefined) !== (nic.network === undefined)
        ? []
        : [{ property: `interfaces[${index}]`, reason: "must have exactly one of bridge and network" }],
    ),
    ...repeated(interfaces).map((name) => ({ property: "interfaces", reason: `two of them are named "${name}"` })),
    ...repeated(disks).map((name) => ({ property: "disks", reason: `two of them are named "${name}"` })),
  ];
}

function repeated(devices: { name: string }[]): string[] {
  const names = devices.filter((device) => !isUnknown(device) && !isUnknown(device.name)).map((device) => device.name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** What the running guest has already, and whatever changes while it is off, needs no restart. */
function refineDiff(changes: PropertyChange[], observed: DomainState, wanted: DomainArgs): PropertyChange[] {
  const isOff = observed.powerState === "shut off";
  return [...changes, ...bootChange(changes, observed, wanted), ...readiness(observed, wanted)].map((change) => {
    if (change.impact !== "restart") return change;
    const runs = change.path === "vcpus" || change.path === "memory" ? observed.live?.[change.path] : undefined;
    return isOff || (runs !== undefined && runs === change.new) ? { ...change, impact: "live" } : change;
  });
}

/** A guest that never got as far as declared is waited for again. Pulumi forgets at a refresh that it was unhealthy. */
function readiness(observed: DomainState, { running, waitFor }: DomainArgs): PropertyChange[] {
  if (observed.ready !== false || running !== true || waitFor === undefined) return [];
  return [{ path: "waitFor", impact: "live", old: "not reached", new: isUnknown(waitFor) ? waitFor : waitFor.until }];
}

/** Disks are told apart by name, but the first one is booted from. */
function bootChange(changes: PropertyChange[], observed: DomainState, wanted: DomainArgs): PropertyChange[] {
  const [before, after] = [observed.disks?.[0]?.name, wanted.disks?.[0]?.name];
  if (before === after || isUnknown(after) || changes.some(({ path }) => path.startsWith("disks"))) return [];
  return [{ path: "disks[0].name", impact: "restart", old: before, new: after }];
}

async function read({ state, host: connect }: ReadOperation<DomainState>): Promise<DomainState | undefined> {
  const host = await connect();
  const found = await observeDomain(host, state.name);
  if (found === undefined) return undefined;
  const { mark } = found.stored;
  if (mark !== undefined && !isSameOwner(mark, state.owner)) return undefined;
  const { live: _before, ...rest } = state;
  return { ...rest, ...(await observedArgs(host, found, state)), powerState: found.powerState };
}

async function remove({ state, host: connect, context }: ReadOperation<DomainState>): Promise<void> {
  const host = await connect();
  const { name } = state;
  const found = await observeDomain(host, name);
  if (found === undefined) return;
  const hasLostItsMark = found.stored.mark === undefined && found.stored.uuid === state.uuid;
  if (!hasLostItsMark && !isOurs(found.stored.mark, state.incarnation)) return;
  await stopDomain(host, name, { ...context, grace: state.shutdownGrace });
  await undefineDomain(host, name);
  await host.removeFile(consolePath(host, name));
}

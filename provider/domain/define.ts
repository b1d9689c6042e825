import { posix } from "node:path";
import { usesUserspaceDatapath } from "../bridge/open-vswitch.js";
import { hostFacts } from "../host/facts.js";
import type { Host } from "../host/host.js";
import type { DomainDefinition, DomainInterface, ParsedDomain } from "../libvirt/domain.js";
import type { DomainArgs } from "../resources/domain.js";

/** The libvirt definition for checked args. Devices that exist keep their places in the guest. */
export async function definitionOf(
  host: Host,
  args: DomainArgs & { name: string; uuid: string },
  stored: ParsedDomain | undefined,
  signal: AbortSignal,
): Promise<DomainDefinition> {
  const accelerator = args.accelerator === "auto" ? await bestAccelerator(host, signal) : args.accelerator;
  const machine = args.machine ?? "q35";
  // Another machine has other slots.
  const kept = stored?.machine === machine ? stored : undefined;
  const disks = (args.disks ?? []).map((disk) => {
    const before = kept?.disks.find(named(disk.name));
    return { ...disk, slot: before?.bus === disk.bus ? before.slot : undefined };
  });
  const interfaces = await Promise.all((args.interfaces ?? []).map((nic) => interfaceOf(host, nic, kept)));
  return {
    name: args.name,
    uuid: args.uuid,
    description: args.description,
    accelerator,
    machine,
    vcpus: args.vcpus ?? 1,
    memory: args.memory ?? 512,
    disks,
    seed: args.seed && { path: args.seed.path, instanceId: args.seed.instanceId ?? args.seed.path },
    seedSlot: kept?.seedSlot,
    rngSlot: kept?.rngSlot,
    interfaces,
    others: kept === undefined ? withoutAddresses(stored?.others) : kept.others,
    console: consolePath(host, args.name),
  };
}

export function consolePath(host: Host, name: string): string {
  return posix.join(host.paths.consoles, `${name}.log`);
}

async function bestAccelerator(host: Host, signal: AbortSignal): Promise<"kvm" | "tcg"> {
  return (await hostFacts(host, signal)).accelerators[0] ?? "tcg";
}

async function interfaceOf(
  host: Host,
  nic: NonNullable<DomainArgs["interfaces"]>[number],
  stored: ParsedDomain | undefined,
): Promise<DomainInterface> {
  const { name, model, bridge, network } = nic;
  const before = stored?.interfaces.find(named(name));
  const isUserspace = bridge?.kind === "openvswitch" && (await usesUserspaceDatapath(host, bridge.name));
  return {
    name,
    mac: nic.mac ?? "",
    model,
    ...(bridge === undefined ? {} : { bridge: { name: bridge.name, kind: bridge.kind } }),
    ...(network === undefined ? {} : { network: network.name }),
    offloadChecksums: !isUserspace,
    slot: before?.model === model ? before.slot : undefined,
  };
}

/** For another machine, which has its own controllers. */
function withoutAddresses({ controller: _, ...others }: DomainDefinition["others"] = {}): DomainDefinition["others"] {
  return Object.fromEntries(
    Object.entries(others).map(([kind, devices]) => [kind, devices.map(({ address: _place, ...rest }) => rest)]),
  );
}

function named(name: string): (device: { name: string }) => boolean {
  return (device) => device.name === name;
}

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
  const interfaces = await Promise.all((args.interfaces ?? []).map((nic) => interfaceOf(host, nic, stored)));
  const disks = (args.disks ?? []).map((disk) => ({ ...disk, slot: stored?.disks.find(named(disk.name))?.slot }));
  return {
    name: args.name,
    uuid: args.uuid,
    description: args.description,
    accelerator,
    machine: args.machine ?? "q35",
    vcpus: args.vcpus ?? 1,
    memory: args.memory ?? 512,
    disks,
    seed: args.seed,
    seedSlot: stored?.seedSlot,
    interfaces,
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
  const isUserspace = bridge?.kind === "openvswitch" && (await usesUserspaceDatapath(host, bridge.name));
  return {
    name,
    mac: nic.mac ?? "",
    model,
    ...(bridge === undefined ? {} : { bridge: { name: bridge.name, kind: bridge.kind } }),
    ...(network === undefined ? {} : { network: network.name }),
    offloadChecksums: !isUserspace,
    slot: stored?.interfaces.find(named(name))?.slot,
  };
}

function named(name: string): (device: { name: string }) => boolean {
  return (device) => device.name === name;
}

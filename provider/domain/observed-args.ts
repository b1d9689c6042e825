import { isDeepStrictEqual } from "node:util";
import type { Host } from "../host/host.js";
import type { DomainDisk, DomainSeed, ParsedInterface } from "../libvirt/domain.js";
import type { ObservedDomain } from "../libvirt/domains.js";
import { isCovered } from "../libvirt/override.js";
import { observedIdentity } from "../owner.js";
import type { DomainArgs, DomainState } from "../resources/domain.js";
import { isPluggedIn, isSameSource } from "./interfaces.js";
import { essence } from "./restart.js";

/** What libvirt has, in the words of the args: equal to them exactly when nothing has drifted. */
export async function observedArgs(
  host: Host,
  found: ObservedDomain,
  known: DomainArgs,
): Promise<Partial<DomainState>> {
  const { stored, live } = found;
  // A domain without a stored definition would be gone after its end: it is shown as unmarked, so that it is defined again.
  const common = {
    ...observedIdentity(found.persistent ? stored.mark : undefined, known),
    running: found.powerState === "running",
    autostart: found.autostart,
  };
  if (known.xml !== undefined) {
    return { ...common, xml: isCovered(known.xml, found.storedXml) ? known.xml : found.storedXml };
  }
  // What is stored may be as declared while something else runs (an update was interrupted, or somebody changed the guest
  // for the moment): then what runs is shown, or the guest would never come to be as declared.
  const shown = <K extends "vcpus" | "memory" | "machine" | "accelerator">(name: K) =>
    live !== undefined && isDeepStrictEqual(stored[name], known[name]) ? live[name] : stored[name];
  const extra = live?.interfaces.filter((nic) => !stored.interfaces.some((other) => other.name === nic.name)) ?? [];
  return {
    ...common,
    description: stored.description,
    vcpus: shown("vcpus"),
    memory: shown("memory"),
    machine: shown("machine") as NonNullable<DomainArgs["machine"]>,
    accelerator: known.accelerator === "auto" ? "auto" : shown("accelerator"),
    disks: observedDisks(stored.disks, live?.disks, known.disks ?? []),
    seed: isSameInstance(stored.seed, live === undefined ? stored.seed : live.seed) ? stored.seed : live?.seed,
    interfaces: await Promise.all(
      [...stored.interfaces, ...extra].map((nic) => observedInterface(host, nic, live?.interfaces, known.interfaces)),
    ),
    ...(live === undefined ? {} : { live: { vcpus: live.vcpus, memory: live.memory } }),
  };
}

/** A running guest may have an earlier image of the same instance: it takes the stored one at its next start. */
function isSameInstance(a: DomainSeed | undefined, b: DomainSeed | undefined): boolean {
  return a?.instanceId === b?.instanceId;
}

type DiskArgs = NonNullable<DomainArgs["disks"]>[number];

function observedDisks(stored: DomainDisk[], live: DomainDisk[] | undefined, known: DiskArgs[]): DiskArgs[] {
  const asArgs = ({ slot: _, ...disk }: DomainDisk): DiskArgs => disk;
  const extra = live?.filter((disk) => !stored.some(({ name }) => name === disk.name)) ?? [];
  const seen = stored.flatMap((disk) => {
    const running = live?.find(({ name }) => name === disk.name);
    const isAsDeclared = isDeepStrictEqual(
      known.find(({ name }) => name === disk.name),
      asArgs(disk),
    );
    if (live === undefined || !isAsDeclared) return [disk];
    if (running === undefined) return [];
    return [isDeepStrictEqual(essence(running), essence(disk)) ? disk : running];
  });
  return [...seen, ...extra].map(asArgs);
}

type InterfaceArgs = NonNullable<DomainArgs["interfaces"]>[number];

/** What libvirt cannot know (the bridge's incarnation, the guest's address) is as declared, unless the wire is cut. */
async function observedInterface(
  host: Host,
  nic: ParsedInterface,
  live: ParsedInterface[] | undefined,
  known: InterfaceArgs[] | undefined,
): Promise<InterfaceArgs> {
  const declared = known?.find((other) => other.name === nic.name);
  const running = live?.find((other) => other.name === nic.name);
  const isWired = live === undefined || (running !== undefined && (await isPluggedIn(host, running, nic)));
  const isMoved = !isWired && running !== undefined && !isSameSource(running, nic) && isDeclared(nic, declared);
  const isCut = !isWired && !(isMoved && (await isPluggedIn(host, running, running)));
  const { bridge, network } = isMoved ? running : nic;
  const incarnation = (reference: { name: string; incarnation?: string | undefined } | undefined, name: string) =>
    isCut
      ? { incarnation: "unplugged" }
      : reference?.name !== name || reference.incarnation === undefined
        ? {}
        : { incarnation: reference.incarnation };
  return {
    name: nic.name,
    mac: nic.mac,
    model: nic.model,
    ...(bridge === undefined ? {} : { bridge: { ...bridge, ...incarnation(declared?.bridge, bridge.name) } }),
    ...(network === undefined ? {} : { network: { name: network, ...incarnation(declared?.network, network) } }),
    ...(declared?.address === undefined ? {} : { address: declared.address }),
  };
}

function isDeclared(nic: ParsedInterface, declared: InterfaceArgs | undefined): boolean {
  return declared?.bridge?.name === nic.bridge?.name && declared?.network?.name === nic.network;
}

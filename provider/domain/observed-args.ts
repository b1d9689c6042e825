import type { Host } from "../host/host.js";
import type { ParsedInterface } from "../libvirt/domain.js";
import type { ObservedDomain } from "../libvirt/domains.js";
import { isCovered } from "../libvirt/override.js";
import type { DomainArgs, DomainState } from "../resources/domain.js";
import { isPluggedIn } from "./interfaces.js";

/** What libvirt has, in the words of the args: equal to them exactly when nothing has drifted. */
export async function observedArgs(
  host: Host,
  found: ObservedDomain,
  known: DomainArgs,
): Promise<Partial<DomainState>> {
  const { stored, live } = found;
  const common = {
    owner: stored.mark === undefined ? known.owner : { urn: stored.mark.urn, realm: stored.mark.realm },
    running: found.powerState === "running",
    autostart: found.autostart,
  };
  if (known.xml !== undefined) {
    return { ...common, xml: isCovered(known.xml, found.storedXml) ? known.xml : found.storedXml };
  }
  return {
    ...common,
    description: stored.description,
    vcpus: stored.vcpus,
    memory: stored.memory,
    machine: stored.machine as NonNullable<DomainArgs["machine"]>,
    accelerator: known.accelerator === "auto" ? "auto" : stored.accelerator,
    disks: stored.disks.map(({ slot, ...disk }) => disk),
    seed: stored.seed,
    interfaces: await Promise.all(
      stored.interfaces.map((nic) => observedInterface(host, nic, live?.interfaces, known.interfaces)),
    ),
    ...(live === undefined ? {} : { live: { vcpus: live.vcpus, memory: live.memory } }),
  };
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
  const isCut =
    (live !== undefined && running === undefined) || (running !== undefined && !(await isPluggedIn(host, running)));
  const { bridge, network } = nic;
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

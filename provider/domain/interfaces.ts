import { bridgeDrivers } from "../bridge/drivers.js";
import type { Host } from "../host/host.js";
import type { DomainInterface, ParsedInterface } from "../libvirt/domain.js";
import { changeInterface, observeDomain } from "../libvirt/domains.js";
import { VirshError } from "../libvirt/virsh-session.js";
import { poll } from "../wait/poll.js";

/** Makes the interfaces of a running domain as wanted. Interfaces are the same when their names are. */
export async function syncInterfaces(
  host: Host,
  domain: string,
  live: readonly ParsedInterface[],
  wanted: readonly DomainInterface[],
  signal: AbortSignal,
): Promise<void> {
  for (const nic of live) {
    if (!wanted.some((other) => isSameDevice(other, nic))) await unplug(host, domain, nic, signal);
  }
  for (const nic of wanted) {
    const current = live.find((other) => isSameDevice(other, nic));
    if (current === undefined) await attach(host, domain, nic);
    else if (!isSameSource(current, nic) && !areSwitched(current, nic)) await move(host, domain, current, nic, signal);
    else await replug(host, current, nic);
  }
}

/** A guest cannot be given another MAC address or model without seeing the device go and come. */
function isSameDevice(a: DomainInterface, b: DomainInterface): boolean {
  return a.name === b.name && a.mac === b.mac && a.model === b.model;
}

export function isSameSource(a: DomainInterface, b: DomainInterface): boolean {
  return a.network === b.network && a.bridge?.name === b.bridge?.name && a.bridge?.kind === b.bridge?.kind;
}

/** Seconds that a guest gets to let go of a device. libvirt itself has waited some before. */
const UNPLUG_LIMIT = 10;

/** libvirt answers as soon as it has asked the guest. */
async function unplug(host: Host, domain: string, nic: DomainInterface, signal: AbortSignal): Promise<void> {
  await changeInterface(host, domain, "detach-device", nic);
  const isGone = async () => {
    const live = (await observeDomain(host, domain))?.live;
    return live?.interfaces.some((other) => other.mac === nic.mac) === true ? undefined : true;
  };
  if ((await poll(isGone, { every: 0.2, limit: UNPLUG_LIMIT, signal })) === true) return;
  throw new Error(
    `Cannot unplug interface "${nic.name}" of domain "${domain}" on host "${host.name}": the guest does not let go of it; when it has booted run again, or restart it`,
  );
}

/** libvirt moves no interface between Open vSwitch bridges; the port itself moves, and the guest notices nothing. */
function areSwitched(a: DomainInterface, b: DomainInterface): boolean {
  return a.bridge?.kind === "openvswitch" && b.bridge?.kind === "openvswitch";
}

async function move(
  host: Host,
  domain: string,
  from: DomainInterface,
  to: DomainInterface,
  signal: AbortSignal,
): Promise<void> {
  try {
    await changeInterface(host, domain, "update-device", to);
  } catch (error) {
    // libvirt moves an interface between like things only.
    if (!(error instanceof VirshError)) throw error;
    await unplug(host, domain, from, signal);
    await attach(host, domain, to);
  }
}

/** In the place that the stored definition has for it, so that it is the same device after the next start. */
async function attach(host: Host, domain: string, nic: DomainInterface): Promise<void> {
  const stored = (await observeDomain(host, domain))?.stored.interfaces.find(({ name }) => name === nic.name);
  try {
    await changeInterface(host, domain, "attach-device", { ...nic, slot: stored?.slot });
  } catch (error) {
    // The running machine may lack that place, or have it taken.
    if (!(error instanceof VirshError)) throw error;
    await changeInterface(host, domain, "attach-device", { ...nic, slot: undefined });
  }
}

/** The guest's link is there, but not plugged into its bridge: it is to move, or the bridge was made anew under it. */
async function replug(host: Host, running: ParsedInterface, wanted: DomainInterface): Promise<void> {
  const wire = wireOf(running, wanted);
  if (wire === undefined || (await wire.driver.hasPort(host, wire.bridge, wire.port))) return;
  await wire.driver.plug(host, wire.bridge, wire.port);
}

/** Whether the running guest's link is really plugged into what is wanted, whatever libvirt has in its books. */
export async function isPluggedIn(host: Host, running: ParsedInterface, wanted: DomainInterface): Promise<boolean> {
  if (running.network !== wanted.network) return false;
  const wire = wireOf(running, wanted);
  return wire === undefined || wire.driver.hasPort(host, wire.bridge, wire.port);
}

function wireOf(running: ParsedInterface, wanted: DomainInterface) {
  const bridge = wanted.bridge?.name ?? running.networkBridge;
  if (bridge === undefined || running.target === undefined) return undefined;
  return { driver: bridgeDrivers[wanted.bridge?.kind ?? "linux"], bridge, port: running.target };
}

import { bridgeDrivers } from "../bridge/drivers.js";
import type { Host } from "../host/host.js";
import type { DomainInterface, ParsedInterface } from "../libvirt/domain.js";
import { changeInterface } from "../libvirt/domains.js";
import { VirshError } from "../libvirt/virsh-session.js";

/** Makes the interfaces of a running domain as wanted. Interfaces are the same when their names are. */
export async function syncInterfaces(
  host: Host,
  domain: string,
  live: readonly ParsedInterface[],
  wanted: readonly DomainInterface[],
): Promise<void> {
  for (const nic of live) {
    if (!wanted.some((other) => isSameDevice(other, nic))) await changeInterface(host, domain, "detach-device", nic);
  }
  for (const nic of wanted) {
    const current = live.find((other) => isSameDevice(other, nic));
    if (current === undefined) await changeInterface(host, domain, "attach-device", nic);
    else if (!isSameSource(current, nic)) await move(host, domain, current, nic);
    else await replug(host, current);
  }
}

/** A guest cannot be given another MAC address or model without seeing the device go and come. */
function isSameDevice(a: DomainInterface, b: DomainInterface): boolean {
  return a.name === b.name && a.mac === b.mac && a.model === b.model;
}

export function isSameSource(a: DomainInterface, b: DomainInterface): boolean {
  return a.network === b.network && a.bridge?.name === b.bridge?.name && a.bridge?.kind === b.bridge?.kind;
}

async function move(host: Host, domain: string, from: DomainInterface, to: DomainInterface): Promise<void> {
  try {
    await changeInterface(host, domain, "update-device", to);
  } catch (error) {
    // libvirt moves an interface between like things only.
    if (!(error instanceof VirshError)) throw error;
    await changeInterface(host, domain, "detach-device", from);
    await changeInterface(host, domain, "attach-device", to);
  }
}

/** The bridge and the guest's link are there, but not connected: the bridge was made anew under the running guest. */
async function replug(host: Host, nic: ParsedInterface): Promise<void> {
  const wire = wireOf(nic);
  if (wire === undefined || (await wire.driver.hasPort(host, wire.bridge, wire.port))) return;
  await wire.driver.plug(host, wire.bridge, wire.port);
}

/** Whether the guest's link is really plugged into what its definition says. */
export async function isPluggedIn(host: Host, nic: ParsedInterface): Promise<boolean> {
  const wire = wireOf(nic);
  return wire === undefined || wire.driver.hasPort(host, wire.bridge, wire.port);
}

function wireOf(nic: ParsedInterface) {
  const bridge = nic.bridge?.name ?? nic.networkBridge;
  if (bridge === undefined || nic.target === undefined) return undefined;
  return { driver: bridgeDrivers[nic.bridge?.kind ?? "linux"], bridge, port: nic.target };
}

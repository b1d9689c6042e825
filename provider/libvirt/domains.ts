import type { Host } from "../host/host.js";
import { poll } from "../wait/poll.js";
import { withDocument } from "./define.js";
import { type DomainInterface, interfaceXml, type ParsedDomain, parseDomain } from "./domain.js";
import { virsh } from "./virsh.js";

/** What libvirt knows of a domain. */
export interface ObservedDomain {
  /** What it will be like at its next start. Runtime-assigned values are not in it. */
  stored: ParsedDomain;
  storedXml: string;
  /** What runs now; `undefined` when nothing does. */
  live: ParsedDomain | undefined;
  /** `running`, `paused`, `shut off`, `crashed`, … in libvirt's words. */
  powerState: string;
  /** A domain that was undefined while it runs is gone when it ends. */
  persistent: boolean;
  autostart: boolean;
}

export async function observeDomain(host: Host, name: string): Promise<ObservedDomain | undefined> {
  const info = await virsh(host).find("dominfo", name);
  const storedXml = await virsh(host).find("dumpxml", "--inactive", "--security-info", name);
  if (info === undefined || storedXml === undefined) return undefined;
  const powerState = /^State:\s+(.+)$/m.exec(info)?.[1]?.trim() ?? "unknown";
  const liveXml = isOn(powerState) ? await virsh(host).find("dumpxml", "--security-info", name) : undefined;
  return {
    stored: parseDomain(storedXml),
    storedXml,
    live: liveXml === undefined ? undefined : parseDomain(liveXml),
    powerState,
    persistent: !/^Persistent:\s+no/m.test(info),
    autostart: /^Autostart:\s+enable/m.test(info),
  };
}

function isOn(powerState: string): boolean {
  return powerState !== "shut off" && powerState !== "crashed";
}

export async function startDomain(host: Host, name: string): Promise<void> {
  await virsh(host).run("start", name);
}

export async function resumeDomain(host: Host, name: string): Promise<void> {
  await virsh(host).run("resume", name);
}

export interface Shutdown {
  /** Seconds that the guest gets to end by itself (ACPI) before its power is cut. */
  grace: number;
  signal: AbortSignal;
  progress(message: string): void;
  idle<T>(wait: () => Promise<T>): Promise<T>;
}

/** Already off is a success. */
export async function stopDomain(host: Host, name: string, { grace, signal, progress, idle }: Shutdown): Promise<void> {
  const isOff = async () => {
    const state = (await virsh(host).find("domstate", name))?.trim() ?? "shut off";
    return isOn(state) ? undefined : state;
  };
  const tolerant = async (error: unknown) => {
    if ((await isOff()) === undefined) throw error;
  };
  if ((await isOff()) !== undefined) return;
  // A paused guest hears nothing.
  const hears = (await virsh(host).find("domstate", name))?.trim() === "running";
  if (grace > 0 && hears) {
    progress("shutting down");
    await virsh(host).run("shutdown", name, "--mode", "acpi").catch(tolerant);
    const ended = await idle(() => poll(isOff, { every: 0.1, limit: grace, signal }));
    if (ended !== undefined) return;
    progress(`power off: the guest did not end within ${grace} s`);
  }
  await virsh(host).run("destroy", name).catch(tolerant);
}

export async function setDomainAutostart(host: Host, name: string, autostart: boolean): Promise<void> {
  await virsh(host).run("autostart", name, ...(autostart ? [] : ["--disable"]));
}

/** Removes the definition and everything that libvirt keeps with it. The domain must be off. Gone is a success. */
export async function undefineDomain(host: Host, name: string): Promise<void> {
  await virsh(host).find(
    "undefine",
    name,
    "--managed-save",
    "--snapshots-metadata",
    "--checkpoints-metadata",
    "--nvram",
  );
}

/** Grows a disk through the running guest that uses it. @returns whether there is one */
export async function growDiskInUse(host: Host, path: string, bytes: number): Promise<boolean> {
  const running = (await virsh(host).run("list", "--name")).split("\n").filter((name) => name !== "");
  for (const name of running) {
    const table = (await virsh(host).find("domblklist", name)) ?? "";
    const target = table.split("\n").find((line) => line.trim().replace(/^\S+\s+/, "") === path);
    if (target === undefined) continue;
    await virsh(host).run("blockresize", name, target.trim().split(/\s+/)[0] ?? "", `${bytes}B`);
    return true;
  }
  return false;
}

/** Plugs, re-plugs or unplugs an interface of a running domain; the stored definition is changed elsewhere. */
export async function changeInterface(
  host: Host,
  name: string,
  action: "attach-device" | "update-device" | "detach-device",
  nic: DomainInterface,
): Promise<void> {
  await withDocument(host, interfaceXml(nic), (path) => virsh(host).run(action, name, path, "--live"));
}

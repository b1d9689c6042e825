import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Host } from "./host.js";
import { readJson } from "./manifest.js";
import { probeKvm } from "./probe-kvm.js";

const factsSchema = z.object({
  /** The boot that the facts were gathered in: they are gathered anew after the next. */
  boot: z.string(),
  hostname: z.string(),
  arch: z.string(),
  cpus: z.number(),
  /** MiB. */
  memory: z.number(),
  /** Those that a guest was seen to run with, best first. */
  accelerators: z.array(z.enum(["kvm", "tcg"])),
  /** What probing KVM showed, for a person. */
  kvm: z.string(),
  qemu: z.string(),
  libvirt: z.string(),
  openVswitch: z.string().optional(),
  bridgeKinds: z.array(z.enum(["linux", "openvswitch"])),
});

export type HostFacts = z.infer<typeof factsSchema>;

const gathered = new WeakMap<Host, Promise<HostFacts>>();

/** Facts of a host, gathered once a boot and kept in its store. They never count as drift. */
export function hostFacts(host: Host, signal: AbortSignal): Promise<HostFacts> {
  let facts = gathered.get(host);
  if (facts === undefined) {
    facts = loadFacts(host, signal);
    gathered.set(host, facts);
    facts.catch(() => gathered.delete(host));
  }
  return facts;
}

async function loadFacts(host: Host, signal: AbortSignal): Promise<HostFacts> {
  const boot = ((await host.readFile("/proc/sys/kernel/random/boot_id"))?.toString() ?? "").trim();
  const known = await readJson(host, host.paths.facts, factsSchema).catch(() => undefined);
  if (known?.boot === boot) return known;
  await checkPrerequisites(host);
  const facts = await gather(host, boot, signal);
  await host.writeFile(host.paths.facts, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o644 });
  return facts;
}

const PREREQUISITES = [
  { program: "virsh", packages: "libvirt-clients libvirt-daemon-system" },
  { program: "qemu-img", packages: "qemu-utils" },
  { program: "qemu-system-x86_64", packages: "qemu-system-x86" },
  { program: "ip", packages: "iproute2" },
  { program: "flock", packages: "util-linux" },
] as const;

/** @throws naming everything that is missing, and how to install it */
async function checkPrerequisites(host: Host): Promise<void> {
  const found = await Promise.all(
    PREREQUISITES.map(async ({ program }) => (await hasProgram(host, program)) === undefined),
  );
  const missing = PREREQUISITES.filter((_, index) => found[index] === true);
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program).join(", ");
  const packages = missing.map((entry) => entry.packages).join(" ");
  throw new Error(`Cannot use host "${host.name}": ${names} not found; install with \`apt-get install ${packages}\``);
}

async function hasProgram(host: Host, program: string): Promise<string | undefined> {
  const { stdout, exitCode } = await host.run(["sh", "-c", 'command -v "$1"', "sh", program], {
    exitCodes: [0, 1, 127],
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}

async function gather(host: Host, boot: string, signal: AbortSignal): Promise<HostFacts> {
  const firstLine = (text: string) => text.split("\n")[0] ?? "";
  const [uname, hostname, cpus, memory, qemu, libvirt, vswitch, kvm] = await Promise.all([
    host.run(["uname", "-m"]),
    host.run(["uname", "-n"]),
    host.run(["nproc"]),
    host.readFile("/proc/meminfo"),
    host.run(["qemu-system-x86_64", "--version"]),
    host.run(["virsh", "--version"]),
    hasProgram(host, "ovs-vsctl").then((found) =>
      found === undefined ? undefined : host.run(["ovs-vsctl", "--version"]),
    ),
    probeKvm(host, signal),
  ]);
  const openVswitch = vswitch === undefined ? undefined : firstLine(vswitch.stdout).replace(/^.*\)\s*/, "");
  return {
    boot,
    hostname: hostname.stdout.trim(),
    arch: uname.stdout.trim(),
    cpus: Number(cpus.stdout),
    memory: Math.round(Number(/^MemTotal:\s+(\d+)/m.exec(memory?.toString() ?? "")?.[1] ?? 0) / 1024),
    accelerators: kvm.works ? ["kvm", "tcg"] : ["tcg"],
    kvm: `${kvm.seen}${await kvmRemark(host)}`,
    qemu: firstLine(qemu.stdout).replace(/^QEMU emulator version\s*/, ""),
    libvirt: libvirt.stdout.trim(),
    ...(openVswitch === undefined ? {} : { openVswitch }),
    bridgeKinds: openVswitch === undefined ? ["linux"] : ["linux", "openvswitch"],
  };
}

/** libvirt probes QEMU anew at each command while it may open the device and its guests may not. */
async function kvmRemark(host: Host): Promise<string> {
  const device = await host.stat("/dev/kvm");
  if (device === undefined || (device.mode & 0o077) !== 0) return "";
  return "; /dev/kvm is root's alone, which makes libvirt slow: chgrp kvm /dev/kvm && chmod 0660 /dev/kvm";
}

/** The random id in the host's store, made at the first visit. */
export async function hostIdentity(host: Host): Promise<string> {
  const read = async () => (await host.readFile(host.paths.id))?.toString().trim();
  const known = await read();
  if (known !== undefined && known !== "") return known;
  return host.exclusive("host-id", async () => {
    const other = await read();
    if (other !== undefined && other !== "") return other;
    const made = randomUUID();
    await host.writeFile(host.paths.id, `${made}\n`, { mode: 0o644 });
    return made;
  });
}

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/**
 * The drivers of each step of the start, see guest/init, guest/rcS and guest/nocloud/seed.sh. What the kernel has built in
 * or does not have at all is left out.
 */
const steps = {
  disk: ["virtio_pci", "virtio_blk", "virtio_rng", "ext4"],
  "disk-slow": ["virtio_scsi", "sd_mod", "ata_piix", "ahci"],
  cdrom: ["sr_mod"],
  iso9660: ["isofs"],
  vfat: ["vfat", "nls_cp437", "nls_ascii", "nls_iso8859_1", "nls_utf8"],
  system: ["virtio_net", "button", "evdev", "virtio_balloon"],
  "network-slow": ["e1000", "e1000e", "8139cp", "igb"],
};
export type Step = keyof typeof steps;

/** Steps which the initramfs takes; the others follow on the disk and find the modules of `disk` loaded. */
export const earlySteps: readonly Step[] = ["disk", "disk-slow"];

/** Copies the modules of `wanted` into `target`, with one list per step in the order in which they load. */
export async function installModules(kernelTree: string, target: string, wanted: readonly Step[]): Promise<void> {
  const available = await findModules(kernelTree);
  await mkdir(target, { recursive: true });
  const common = await loadOrder(available, steps.disk);
  for (const step of wanted) {
    const order = (await loadOrder(available, steps[step])).filter((name) => step === "disk" || !common.includes(name));
    await writeFile(path.join(target, `${step}.list`), order.map((name) => `${name}\n`).join(""));
    for (const name of order) await installModule(available.get(name) ?? "", path.join(target, `${name}.ko`));
  }
}

export function allSteps(): Step[] {
  return Object.keys(steps) as Step[];
}

async function findModules(kernelTree: string): Promise<Map<string, string>> {
  const { stdout } = await execa("find", [kernelTree, "-name", "*.ko", "-o", "-name", "*.ko.xz"]);
  // file names use - and _ alike, the kernel only _
  return new Map(
    stdout.split("\n").map((file) => [
      path
        .basename(file)
        .replace(/\.ko.*/, "")
        .replaceAll("-", "_"),
      file,
    ]),
  );
}

async function loadOrder(available: Map<string, string>, names: string[]): Promise<string[]> {
  const order: string[] = [];
  for (const name of names) {
    const file = available.get(name);
    if (file === undefined || order.includes(name)) continue;
    const needed = await loadOrder(available, dependencies(await moduleBytes(file)));
    order.push(...needed.filter((other) => !order.includes(other)), name);
  }
  return order;
}

/** A package ships no modules.dep, and each module names what it needs: "depends=a,b" among its NUL-separated properties. */
function dependencies(module: Buffer): string[] {
  const text = module.toString("latin1");
  const hard = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? "";
  const soft = /\0softdep=pre: ([^\0]*)\0/.exec(text)?.[1] ?? "";
  return [...hard.split(","), ...soft.split(/\s+/)].filter(Boolean).map((name) => name.replaceAll("-", "_"));
}

async function moduleBytes(file: string): Promise<Buffer> {
  if (!file.endsWith(".xz")) return readFile(file);
  return Buffer.from((await execa("xz", ["-dc", file], { encoding: "buffer" })).stdout);
}

async function installModule(file: string, target: string): Promise<void> {
  if (file.endsWith(".xz")) await writeFile(target, await moduleBytes(file));
  else await copyFile(file, target);
}

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type CpioEntry, cpio, directory, executable, symlink } from "./cpio.js";
import { earlySteps, installModules } from "./modules.js";
import type { Sysroot } from "./sysroot.js";

const commands = ["sh", "mount", "insmod", "cat", "dd", "readlink", "printf", "blockdev", "usleep", "switch_root"];

/**
 * The initramfs: busybox, the disk drivers and guest/init. It stays uncompressed: the firmware reads the few megabytes
 * faster than an emulated processor unpacks them.
 */
export async function buildInitramfs(sysroot: Sysroot, { guest, work }: { guest: string; work: string }) {
  const modules = path.join(work, "initramfs-modules");
  await installModules(sysroot.folder, modules, earlySteps);
  const entries: CpioEntry[] = ["bin", "sbin", "dev", "proc", "sys", "root", "modules"].map((name) => ({
    name,
    mode: directory,
  }));
  entries.push({ name: "bin/busybox", mode: executable, data: await readFile(await sysroot.find("bin/busybox")) });
  for (const name of commands) entries.push({ name: `bin/${name}`, mode: symlink, data: Buffer.from("busybox") });
  entries.push({ name: "init", mode: executable, data: await readFile(path.join(guest, "init")) });
  for (const name of (await readdir(modules)).sort()) {
    entries.push({ name: `modules/${name}`, mode: executable, data: await readFile(path.join(modules, name)) });
  }
  return cpio(entries);
}

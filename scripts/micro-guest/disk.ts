import { copyFile, open, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import type { Sysroot } from "./sysroot.js";

const mib = 1024 * 1024;
const bootSize = 24 * mib;
const rootSize = 104 * mib;

const kernelArguments = [
  "console=ttyS0,115200 quiet loglevel=3 panic=-1",
  // what costs time under emulation and guards nothing in a test guest
  "nokaslr mitigations=off init_on_alloc=0 audit=0 apparmor=0 no_timer_check tsc=reliable cryptomgr.notests random.trust_cpu=on",
].join(" ");

export interface DiskContent {
  kernel: string;
  initramfs: Buffer;
  root: string;
}

/**
 * A disk with two partitions: FAT with the boot loader, kernel and initramfs, and ext4 with the system. SYSLINUX can be
 * written into a FAT image without mounting it, so this needs neither root nor a loop device.
 */
export async function buildDisk(sysroot: Sysroot, content: DiskContent, { work, out }: { work: string; out: string }) {
  const boot = await buildBootPartition(sysroot, content, work);
  const root = await buildRootPartition(sysroot, content, work);
  const disk = path.join(work, "disk.raw");
  await writeFile(disk, await masterBootRecord(sysroot));
  await truncate(disk, mib + bootSize + rootSize);
  await execa("dd", [`if=${boot}`, `of=${disk}`, "bs=1M", "seek=1", "conv=notrunc,sparse"]);
  await execa("dd", [`if=${root}`, `of=${disk}`, "bs=1M", `seek=${1 + bootSize / mib}`, "conv=notrunc,sparse"]);
  await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", disk, out]);
}

async function buildBootPartition(sysroot: Sysroot, { kernel, initramfs }: DiskContent, work: string): Promise<string> {
  const image = path.join(work, "boot.fat");
  await emptyFile(image, bootSize);
  // -h: the boot sector must know where the partition begins
  await sysroot.run("sbin/mkfs.fat", ["-n", "MICROBOOT", "-i", "4d494352", "-h", "2048", image]);
  const config = path.join(work, "syslinux.cfg");
  await writeFile(
    config,
    `DEFAULT micro\nPROMPT 0\nTIMEOUT 0\nLABEL micro\nKERNEL vmlinuz\nINITRD initrd\nAPPEND ${kernelArguments}\n`,
  );
  await copyFile(kernel, path.join(work, "vmlinuz"));
  await writeFile(path.join(work, "initrd"), initramfs);
  const sources = [config, path.join(work, "vmlinuz"), path.join(work, "initrd")];
  // syslinux itself calls mcopy and mattrib: give it a folder where mtools goes by these names
  const tools = path.join(work, "tools");
  await execa("mkdir", ["-p", tools]);
  for (const name of ["mcopy", "mattrib", "mmove"])
    await symlink(await sysroot.find("bin/mtools"), path.join(tools, name));
  const env = { PATH: `${tools}:${process.env.PATH ?? ""}`, MTOOLS_SKIP_CHECK: "1" };
  await execa("mcopy", ["-i", image, ...sources, "::/"], { env });
  await sysroot.run("bin/syslinux", ["--install", image], env);
  return image;
}

async function buildRootPartition(sysroot: Sysroot, { root }: DiskContent, work: string): Promise<string> {
  const image = path.join(work, "root.ext4");
  await emptyFile(image, rootSize);
  const loader = await sysroot.find("lib64/ld-linux-x86-64.so.2");
  const libraries = ["lib", "usr/lib"].map((lib) => path.join(sysroot.folder, lib, "x86_64-linux-gnu")).join(":");
  const mke2fs = [loader, "--library-path", libraries, await sysroot.find("sbin/mke2fs")];
  // The groups' tables are left for later growth, and nothing is zeroed: the file is.
  const features = [
    "-t",
    "ext4",
    "-b",
    "4096",
    "-m",
    "0",
    "-L",
    "microroot",
    "-E",
    "lazy_itable_init=1,root_owner=0:0",
  ];
  const command = [...mke2fs, "-q", ...features, "-d", root, image];
  // In a user namespace of our own our files appear as root's, which is what the guest must see.
  const argv = process.getuid?.() === 0 ? command : ["unshare", "--map-root-user", ...command];
  await execa(argv[0] ?? "", argv.slice(1));
  return image;
}

async function masterBootRecord(sysroot: Sysroot): Promise<Buffer> {
  const sector = Buffer.alloc(512);
  (await readFile(await sysroot.find("lib/syslinux/mbr/mbr.bin"))).copy(sector, 0, 0, 440);
  writePartition(sector, 0, { active: true, type: 0x0e, start: mib, size: bootSize });
  writePartition(sector, 1, { active: false, type: 0x83, start: mib + bootSize, size: rootSize });
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

interface Partition {
  active: boolean;
  type: number;
  start: number;
  size: number;
}

/** Cylinders, heads and sectors are left at "see the sector numbers". */
function writePartition(sector: Buffer, index: number, { active, type, start, size }: Partition): void {
  const entry = sector.subarray(446 + 16 * index);
  entry.set([active ? 0x80 : 0, 0xfe, 0xff, 0xff, type, 0xfe, 0xff, 0xff]);
  entry.writeUInt32LE(start / 512, 8);
  entry.writeUInt32LE(size / 512, 12);
}

async function emptyFile(file: string, size: number): Promise<void> {
  const handle = await open(file, "w");
  await handle.truncate(size);
  await handle.close();
}

import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** What the image is made of, besides the kernel. The last four are tools for the build itself; none gets installed. */
const packages = [
  "busybox-static",
  "dropbear-bin",
  "openssh-sftp-server",
  "e2fsprogs",
  "syslinux",
  "syslinux-common",
  "mtools",
  "dosfstools",
];

export interface PackageSet {
  names: string[];
  /** Differs whenever a version does. */
  fingerprint: string;
}

/** The packages in the versions that this machine's package lists name. */
export async function resolvePackages(): Promise<PackageSet> {
  const libraries = await librariesOf(["dropbear-bin", "e2fsprogs"]);
  const names = [...new Set([await kernelPackage(), ...packages, ...libraries])].sort();
  const { stdout } = await execa("apt-get", ["download", "--print-uris", ...names]);
  return { names, fingerprint: createHash("sha256").update(stdout.split("\n").sort().join("\n")).digest("hex") };
}

/** Downloads and unpacks into `target`, without installing anything. */
export async function unpackPackages(names: string[], { downloads, target }: { downloads: string; target: string }) {
  await mkdir(downloads, { recursive: true });
  await mkdir(target, { recursive: true });
  // apt drops its privileges for downloads and then cannot write to a folder of root's
  await execa("apt-get", ["download", "-o", "APT::Sandbox::User=root", ...names], { cwd: downloads });
  const { stdout } = await execa("find", [downloads, "-name", "*.deb"]);
  for (const file of stdout.split("\n")) await execa("dpkg", ["-x", path.resolve(file), target]);
}

/** The newest kernel for virtual machines; its package name carries the version. */
async function kernelPackage(): Promise<string> {
  const newest = (await dependenciesOf("linux-image-cloud-amd64")).find((name) => name.startsWith("linux-image-"));
  if (newest === undefined) {
    throw new Error("Cannot find a kernel for the micro guest: the package lists do not know linux-image-cloud-amd64");
  }
  return newest;
}

/** The shared libraries some packages need, theirs included. */
async function librariesOf(names: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (let pending = names; pending.length > 0; ) {
    const needed = await dependenciesOf(...pending);
    pending = [...new Set(needed)].filter((name) => name.startsWith("lib") && !found.has(name));
    for (const name of pending) found.add(name);
  }
  return [...found];
}

async function dependenciesOf(...names: string[]): Promise<string[]> {
  const { stdout } = await execa("apt-cache", ["depends", "--no-recommends", "--no-suggests", ...names]);
  return [...stdout.matchAll(/^\s*(?:Pre)?Depends: ([^<\s]+)/gm)].map(([, dependency]) => dependency ?? "");
}

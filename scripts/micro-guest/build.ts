import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { withLock } from "../bootstrap/lock.mjs";
import { defaultCacheDir } from "../cache.js";
import { buildDisk } from "./disk.js";
import { buildInitramfs } from "./initramfs.js";
import { resolvePackages, unpackPackages } from "./packages.js";
import { buildRootfs } from "./rootfs.js";
import { Sysroot } from "./sysroot.js";

export interface MicroGuest {
  path: string;
  sha256: string;
}

export interface BuildOptions {
  cacheDir?: string;
  log?: (line: string) => void;
}

/**
 * The micro guest: a small Linux that boots in about three seconds under emulation and understands NoCloud seeds. It is
 * built from Debian packages, once for each combination of their versions and our scripts; two builds at once build once.
 */
export async function buildMicroGuest({
  cacheDir = defaultCacheDir,
  log = () => {},
}: BuildOptions = {}): Promise<MicroGuest> {
  await mkdir(cacheDir, { recursive: true });
  return withLock(path.join(cacheDir, "micro-guest.lock"), async () => {
    const recipe = await hashOfRecipe();
    const known = await readKnown(cacheDir, recipe);
    if (known !== undefined) return known;
    const packages = await resolvePackages();
    const key = createHash("sha256").update(`${recipe} ${packages.fingerprint}`).digest("hex").slice(0, 12);
    const image = path.join(cacheDir, `micro-guest-${key}.qcow2`);
    if (!(await exists(image))) {
      log("Building the micro guest image from Debian packages (once; some 35 MB to download)");
      await build({ names: packages.names, cacheDir, image });
      await removeOthers(cacheDir, image);
    }
    const guest = { path: image, sha256: await sha256(image) };
    await writeFile(
      path.join(cacheDir, "micro-guest.json"),
      JSON.stringify({ recipe, lists: await listsStamp(), ...guest }),
    );
    return guest;
  });
}

async function build({ names, cacheDir, image }: { names: string[]; cacheDir: string; image: string }): Promise<void> {
  const work = await mkdtemp(path.join(cacheDir, "micro-guest-build-"));
  try {
    const sysroot = new Sysroot(path.join(work, "sysroot"));
    await unpackPackages(names, { downloads: path.join(work, "packages"), target: sysroot.folder });
    const root = path.join(work, "root");
    await buildRootfs(sysroot, { guest: guestScripts, root });
    const initramfs = await buildInitramfs(sysroot, { guest: guestScripts, work });
    const out = path.join(work, "image.qcow2");
    await buildDisk(sysroot, { kernel: await kernelOf(sysroot), initramfs, root }, { work, out });
    await rename(out, image);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function kernelOf(sysroot: Sysroot): Promise<string> {
  const boot = path.join(sysroot.folder, "boot");
  const kernel = (await readdir(boot)).find((name) => name.startsWith("vmlinuz-"));
  if (kernel === undefined)
    throw new Error("Cannot build the micro guest: the kernel's package contains no /boot/vmlinuz-*");
  return path.join(boot, kernel);
}

/** An earlier answer stays valid as long as neither our scripts nor the machine's package lists changed: asking apt takes a second. */
async function readKnown(cacheDir: string, recipe: string): Promise<MicroGuest | undefined> {
  const text = await readFile(path.join(cacheDir, "micro-guest.json"), "utf8").catch(() => "{}");
  const known: { recipe?: string; lists?: string; path?: string; sha256?: string } = JSON.parse(text);
  if (known.recipe !== recipe || known.lists !== (await listsStamp())) return undefined;
  if (known.path === undefined || known.sha256 === undefined || !(await exists(known.path))) return undefined;
  return { path: known.path, sha256: known.sha256 };
}

async function listsStamp(): Promise<string> {
  const lists = await stat("/var/lib/apt/lists").catch(() => undefined);
  return String(lists?.mtimeMs ?? 0);
}

const here = import.meta.dirname;
const guestScripts = path.join(here, "guest");

async function hashOfRecipe(): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(here, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const name of names) hash.update(`${path.relative(here, name)}\0`).update(await readFile(name));
  return hash.digest("hex");
}

/** Earlier images are kept for a day: another checkout's tests may be running from them. */
async function removeOthers(cacheDir: string, current: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const file = path.join(cacheDir, name);
    if (!/^micro-guest-.+\.qcow2$/.test(name) || file === current) continue;
    if (Date.now() - (await stat(file)).mtimeMs > 24 * 3600 * 1000) await rm(file, { force: true });
  }
}

async function sha256(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const guest = await buildMicroGuest({ log: console.error });
  const target = process.argv[2];
  if (target !== undefined) await copyFile(guest.path, target);
  console.log(`${guest.sha256}  ${target ?? guest.path}`);
}

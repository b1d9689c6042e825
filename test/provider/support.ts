import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs a program of the lab host and answers what it prints. Not the provider's way of running programs, on purpose. */
export async function run(program: string, ...args: string[]): Promise<string> {
  return (await execute(program, args, { maxBuffer: 64 * 1024 ** 2 })).stdout;
}

/** Like `run`, but `undefined` where the program fails. */
export async function tryRun(program: string, ...args: string[]): Promise<string | undefined> {
  return run(program, ...args).catch(() => undefined);
}

export const STORE = "/var/lib/pulumi-kvm";

/** The files in folders of the store, without what is kept on purpose (locks, the host's identity and facts). */
export async function storedFiles(...folders: string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(STORE, folder)).catch(() => [])).map((file) => `${folder}/${file}`),
    ),
  );
  return lists.flat().sort();
}

/** An empty disk image. */
export async function makeImage(path: string, size = "16M"): Promise<string> {
  await run("qemu-img", "create", "-q", "-f", "qcow2", path, size);
  return path;
}

export function virsh(...args: string[]): Promise<string> {
  return run("virsh", "--quiet", ...args);
}

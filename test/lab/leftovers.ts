import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

let done = false;

/**
 * A killed test process takes its hosts along, but their files stay. Removes those whose owner is no longer running, once a
 * process. (A new process with the owner's old number keeps them a little longer, which does no harm.)
 */
export async function removeLeftovers(): Promise<void> {
  if (done) return;
  done = true;
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith("pulumi-kvm-lab-")) continue;
    const folder = path.join(tmpdir(), name);
    const owner = Number(await readFile(path.join(folder, "owner"), "utf8").catch(() => ""));
    if (owner > 0 && !isRunning(owner)) await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Runs `action` while no other process runs one under the same lock file. flock(1) holds the lock for as long as our end
 * of its pipe is open, so a killed process leaves nothing behind, and process ids need not mean the same on both sides.
 */
export async function withLock(file, action, { seconds = 600 } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const holder = spawn("flock", ["--wait", String(seconds), file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = new Promise((resolve) => holder.once("close", resolve));
  try {
    const held = await new Promise((resolve, reject) => {
      holder.once("error", reject);
      holder.stdout.once("data", () => resolve(true));
      holder.once("close", () => resolve(false));
    });
    if (!held) throw new Error(`Cannot lock ${file}: another process has held it for ${seconds} s`);
    return await action();
  } finally {
    holder.stdin?.end();
    await exited;
  }
}

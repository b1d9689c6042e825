import { once } from "node:events";
import { posix } from "node:path";
import type { Command, Session } from "./host.js";
import type { StorePaths } from "./paths.js";

/**
 * Holds a lock by a child: `flock FILE cat` echoes the first byte as soon as it has the lock and ends when its input is
 * closed. The kernel releases the lock however we die, and the same works on a host far away.
 */
export async function withFlock<T>(
  host: { start(command: Command): Session; paths: StorePaths },
  lock: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const file = posix.join(host.paths.locks, lock);
  const session = host.start(["sh", "-c", 'mkdir -p "$(dirname "$1")" && exec flock "$1" cat', "sh", file]);
  let said = "";
  session.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  session.stdin.write("\n");
  try {
    const acquired = once(session.stdout, "data", signal === undefined ? {} : { signal }).then(() => true);
    const lost = session.ended.then(() => false);
    if (!(await Promise.race([acquired, lost]))) {
      throw new Error(`Cannot take the lock ${file}: flock ended: ${said.trim() || "it said nothing"}`);
    }
    return await work();
  } finally {
    session.stdin.end();
    if (signal?.aborted === true) session.end();
  }
}

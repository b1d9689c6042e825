import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readText, removeFile, writeFileAtomically } from "./files.js";
import { namesIn } from "./layout.js";

export interface Lock {
  release(): Promise<void>;
  /** Says which locks of dead processes were removed. */
  notices: string[];
}

/**
 * Locks a stack against other writers, with the same files as Pulumi. A lock whose process died on this machine is taken
 * over; Pulumi would wait for `pulumi cancel`.
 * @throws {Error} when somebody else holds the stack
 */
export async function acquireLock(directory: string): Promise<Lock> {
  const notices = await removeDeadLocks(directory);
  await refuseIfLocked(directory, undefined);
  const path = join(directory, `${randomUUID()}.json`);
  await writeFileAtomically(path, JSON.stringify(ownIdentity()), { mode: 0o644 });
  // Two runs may have looked before either wrote: both look again and both give way rather than both go on.
  try {
    await refuseIfLocked(directory, path);
  } catch (error) {
    await removeFile(path);
    throw error;
  }
  // A second interrupt ends the process without further ado; the lock must not outlive it.
  const onExit = () => rmSync(path, { force: true });
  process.once("exit", onExit);
  return {
    notices,
    async release() {
      process.off("exit", onExit);
      await removeFile(path);
    },
  };
}

const lockContent = z.object({ pid: z.number(), username: z.string(), hostname: z.string(), timestamp: z.string() });
type LockContent = z.infer<typeof lockContent>;

function ownIdentity(): LockContent {
  return { pid: process.pid, username: userName(), hostname: hostname(), timestamp: new Date().toISOString() };
}

/** In containers the user often has a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

async function refuseIfLocked(directory: string, own: string | undefined): Promise<void> {
  const others = (await lockFiles(directory)).filter((path) => path !== own);
  if (others.length === 0) return;
  const lines = await Promise.all(others.map(describe));
  throw new Error(
    `the stack is currently locked by ${others.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n${lines.join("\n")}`,
  );
}

async function describe(path: string): Promise<string> {
  const lock = await readLock(path);
  if (lock === undefined) return `  file://${path}`;
  return `  file://${path}: created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) at ${lock.timestamp}`;
}

async function removeDeadLocks(directory: string): Promise<string[]> {
  const notices: string[] = [];
  for (const path of await lockFiles(directory)) {
    const lock = await readLock(path);
    if (lock === undefined || lock.hostname !== hostname() || (await isAlive(lock))) continue;
    await removeFile(path);
    notices.push(
      `Took over the stack from a run that died: ${lock.username}@${lock.hostname} (pid ${lock.pid}), locked at ${lock.timestamp}`,
    );
  }
  return notices;
}

async function lockFiles(directory: string): Promise<string[]> {
  return (await namesIn(directory)).filter((name) => name.endsWith(".json")).map((name) => join(directory, name));
}

/** @returns `undefined` for a file that is gone or not ours to understand, which then counts as a lock of somebody alive */
async function readLock(path: string): Promise<LockContent | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return lockContent.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the lock still runs. A process that started after the lock only has the same number. */
async function isAlive(lock: LockContent): Promise<boolean> {
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const started = await startOf(lock.pid);
  // The kernel counts in hundredths and from a boot time in seconds.
  return started === undefined || started <= Date.parse(lock.timestamp) + 2000;
}

/** @returns when a process started, in milliseconds since 1970, or `undefined` where the kernel does not tell */
async function startOf(pid: number): Promise<number | undefined> {
  try {
    const [stat, system] = await Promise.all([readFile(`/proc/${pid}/stat`, "utf8"), readFile("/proc/stat", "utf8")]);
    // The name in parentheses may contain spaces, so fields are counted from its end; the start is field 22.
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const boot = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    return Number.isFinite(ticks + boot) ? boot * 1000 + ticks * 10 : undefined;
  } catch {
    return undefined;
  }
}

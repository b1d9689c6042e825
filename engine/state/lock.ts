import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { readText, removeFile, removeUnfinished, writeFileAtomically } from "./files.js";
import { namesIn, type StackPaths } from "./layout.js";

export interface Lock {
  /** Locks of runs that died on this machine. They keep everybody else out until `forgetDead`. */
  dead: FoundLock[];
  /** Removes the dead locks and half-written ones; to be called when what their runs have left is in order. */
  forgetDead(): Promise<void>;
  release(): Promise<void>;
  /** The same at once, for a process that is about to end. */
  releaseNow(): void;
}

/**
 * Locks a stack against other writers, with the same files as Pulumi. A lock whose process died on this machine is taken
 * over; Pulumi would wait for `pulumi cancel`.
 * @throws {Error} when somebody else holds the stack
 */
export async function acquireLock({
  locks: directory,
  unfinishedLock,
}: Pick<StackPaths, "locks" | "unfinishedLock">): Promise<Lock> {
  refuseIfLocked(await findLocks(directory));
  const path = join(directory, `${randomUUID()}.json`);
  await writeLock(path, `${unfinishedLock}.${process.pid}`);
  // Two runs may have looked before either wrote: both look again and both give way rather than both go on.
  const others = (await findLocks(directory)).filter((lock) => lock.path !== path);
  try {
    refuseIfLocked(others);
  } catch (error) {
    await removeFile(path);
    throw error;
  }
  return {
    dead: others,
    async forgetDead() {
      for (const lock of others) await removeFile(lock.path);
      await forgetUnfinished(unfinishedLock);
    },
    release: () => removeFile(path),
    releaseNow: () => rmSync(path, { force: true }),
  };
}

async function writeLock(path: string, begin: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomically(path, JSON.stringify(ownIdentity()), { mode: 0o644, begin });
  } catch (error) {
    throw new Error(`Cannot lock the stack: ${(error as Error).message}`, { cause: error });
  }
}

/** Somebody alive may be writing a lock this very moment, to find that the stack is taken. */
async function forgetUnfinished(beginning: string): Promise<void> {
  const folder = dirname(beginning);
  for (const name of await namesIn(folder)) {
    const pid = /^\.(\d+)\./.exec(name.slice(basename(beginning).length))?.[1];
    if (!name.startsWith(`${basename(beginning)}.`) || pid === undefined || isRunning(Number(pid))) continue;
    await removeUnfinished(folder, `${basename(beginning)}.${pid}.`);
  }
}

/** A lock file, whoever made it. */
export interface FoundLock {
  path: string;
  /** Who made it and when, as far as it says. */
  description: string;
  /** Its process died on this machine. */
  isDead: boolean;
}

/** Every lock on a stack, those of dead processes included. */
export async function findLocks(directory: string): Promise<FoundLock[]> {
  return Promise.all(
    (await lockFiles(directory)).map(async (path) => {
      const lock = await readLock(path);
      if (lock === undefined) return { path, description: `file://${path}`, isDead: false };
      const description = `file://${path}: created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) at ${lock.timestamp}`;
      return { path, description, isDead: lock.hostname === hostname() && !(await isAlive(lock)) };
    }),
  );
}

/** What to tell the user of a dead lock. */
export function takenOver({ description }: FoundLock): string {
  return `Took over the stack from a run that died: ${description}`;
}

/** Takes a lock away from whoever holds it. Already gone is a success. */
export function removeLock({ path }: FoundLock): Promise<void> {
  return removeFile(path);
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

function refuseIfLocked(locks: FoundLock[]): void {
  const alive = locks.filter(({ isDead }) => !isDead);
  if (alive.length === 0) return;
  const lines = alive.map(({ description }) => `  ${description}`);
  throw new Error(
    `the stack is currently locked by ${alive.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`kvm-compose cancel\` or \`pulumi cancel\`.\n${lines.join("\n")}`,
  );
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
  if (!isRunning(lock.pid)) return false;
  const started = await startOf(lock.pid);
  // The kernel counts in hundredths and from a boot time in seconds.
  return started === undefined || started <= Date.parse(lock.timestamp) + 2000;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
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

import { findLocks, removeLock } from "../state/lock.js";
import { locateStack, requireStack, type StackOptions } from "./locate-stack.js";

/**
 * Who holds a stack: a line each. A run may hold a stack that has no state yet.
 * @throws {Error} when there is neither a stack of that name nor a lock on one
 */
export async function stackLocks(options: StackOptions): Promise<string[]> {
  const { paths } = await locateStack(options);
  const locks = await findLocks(paths.locks);
  if (locks.length === 0) await requireStack(options);
  return locks.map(({ description }) => description);
}

/**
 * Removes every lock of a stack, whoever made it. A run that still goes on is not stopped by this.
 * @returns the locks that were removed
 */
export async function cancelStack(options: StackOptions): Promise<string[]> {
  const { paths } = await locateStack(options);
  const locks = await findLocks(paths.locks);
  for (const lock of locks) await removeLock(lock);
  return locks.map(({ description }) => description);
}

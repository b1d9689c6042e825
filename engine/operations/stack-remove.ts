import { rm } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock } from "../state/lock.js";
import { loadCheckpoint, removeStackFiles } from "../state/store.js";
import { ROOT_STACK_TYPE } from "../urn.js";
import { requireStack, type StackOptions } from "./locate-stack.js";

/**
 * Forgets a stack and its configuration. Backups stay.
 * @param options.force forgets its resources, too; what is really there stays
 * @param options.preserveConfig leaves `Pulumi.<stack>.yaml` where it is
 * @throws {Error} when there is no such stack, and while it has resources
 */
export async function removeStack(
  options: StackOptions & { force?: boolean; preserveConfig?: boolean },
): Promise<void> {
  const { project, stack, force = false, preserveConfig = false } = options;
  const { paths } = await requireStack(options);
  const lock = await acquireLock(paths);
  try {
    // A state that nobody can read any more can still be forgotten, but only by force.
    const left = force ? undefined : await loadCheckpoint(paths);
    const resources = left?.resources.filter(({ type }) => type !== ROOT_STACK_TYPE) ?? [];
    // What a killed run was making may be there.
    const begun = left?.pendingOperations.filter(({ type }) => type === "creating") ?? [];
    const count = resources.length + begun.length;
    if (count > 0) {
      throw new Error(
        `Cannot remove stack "${stack}": it still has ${count} resources, destroy it first; or forget them by force, which leaves the real things behind`,
      );
    }
    await removeStackFiles(paths);
    await lock.forgetDead();
    if (!preserveConfig) await rm(join(project.stackConfigDirectory, `Pulumi.${stack}.yaml`), { force: true });
  } finally {
    await lock.release();
  }
}

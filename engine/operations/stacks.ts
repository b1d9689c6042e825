import { rm } from "node:fs/promises";
import { findBackend } from "../backend-url.js";
import { displayState } from "../deployment/step.js";
import type { DisplayState } from "../events.js";
import { listStacks } from "../state/layout.js";
import { removeStackFiles } from "../state/store.js";
import { isProviderType, ROOT_STACK_TYPE } from "../urn.js";
import type { OperationOptions } from "./options.js";
import { openSession } from "./session.js";

type StackOptions = Pick<OperationOptions, "project" | "stack" | "env" | "cwd">;

/** The names of the project's stacks. */
export async function stacks({
  project,
  env = process.env,
  cwd = process.cwd(),
}: Omit<StackOptions, "stack">): Promise<string[]> {
  return listStacks(findBackend(project, { env, cwd }).root, project.name);
}

/**
 * The resources that the state remembers, secrets masked, in the order of the state.
 * @throws {Error} when there is no such stack
 */
export async function stackResources(options: StackOptions): Promise<DisplayState[]> {
  const session = await openSession({ ...options, write: false, emit: () => {} });
  try {
    if (!session.exists) throw new Error(`no stack named '${options.stack}' found`);
    const { resources } = await session.contents();
    return resources.filter((state) => !state.delete && !isProviderType(state.type)).map(displayState);
  } finally {
    await session.close();
  }
}

/**
 * Forgets a stack and its configuration. Backups stay.
 * @throws {Error} while it has resources
 */
export async function removeStack(options: StackOptions): Promise<void> {
  const session = await openSession({ ...options, write: true, emit: () => {} });
  try {
    if (!session.exists) throw new Error(`no stack named '${options.stack}' found`);
    const { resources } = await session.contents();
    const left = resources.filter(({ type }) => type !== ROOT_STACK_TYPE);
    if (left.length > 0)
      throw new Error(
        `Cannot remove stack "${options.stack}": it still has ${left.length} resources, destroy it first`,
      );
    await removeStackFiles(session.paths);
    await rm(session.stackFile.path, { force: true });
  } finally {
    await session.close();
  }
}

import { stat } from "node:fs/promises";
import { findBackend } from "../backend-url.js";
import { displayState } from "../deployment/step.js";
import type { DisplayState } from "../events.js";
import { listStacks, stackPaths } from "../state/layout.js";
import { loadCheckpoint } from "../state/store.js";
import { isProviderType } from "../urn.js";
import type { StackOptions } from "./locate-stack.js";
import { readStack } from "./read-stack.js";

/** The names of the project's stacks. */
export async function stacks({
  project,
  env = process.env,
  cwd = process.cwd(),
}: Omit<StackOptions, "stack">): Promise<string[]> {
  return listStacks(findBackend(project, { env, cwd }).root, project.name);
}

export interface StackSummary {
  name: string;
  /** When its state was last written. */
  lastUpdate: Date | undefined;
  /** `undefined` when the state cannot be read: one damaged stack does not hide the others. */
  resourceCount: number | undefined;
}

export async function stackSummaries(options: Omit<StackOptions, "stack">): Promise<StackSummary[]> {
  const { project, env = process.env, cwd = process.cwd() } = options;
  const { root } = findBackend(project, { env, cwd });
  const names = await listStacks(root, project.name);
  return Promise.all(
    names.map(async (name) => {
      const paths = stackPaths(root, project.name, name);
      const checkpoint = await loadCheckpoint(paths).catch(() => undefined);
      return { name, lastUpdate: await lastWrite(paths), resourceCount: checkpoint?.resources.length };
    }),
  );
}

/** When a stack's state was last written, in whichever form. */
export async function lastWrite(paths: { checkpoint: string; variants: string[] }): Promise<Date | undefined> {
  const times = await Promise.all(
    [paths.checkpoint, ...paths.variants].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const latest = Math.max(...times);
  return latest === 0 ? undefined : new Date(latest);
}

/**
 * The resources that the state remembers, secrets masked, in the order of the state.
 * @throws {Error} when there is no such stack
 */
export async function stackResources(options: StackOptions): Promise<DisplayState[]> {
  const { resources } = await readStack(options);
  return resources.filter((state) => !state.delete && !isProviderType(state.type)).map(displayState);
}

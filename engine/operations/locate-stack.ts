import { type Backend, findBackend } from "../backend-url.js";
import { assertName } from "../project.js";
import { checkLayout, initializeLayout, listStacks, type StackPaths, stackPaths } from "../state/layout.js";
import type { OperationOptions } from "./options.js";

/** Which stack is meant, and where its state is looked for. */
export type StackOptions = Pick<OperationOptions, "project" | "stack" | "env" | "cwd">;

export interface LocatedStack {
  backend: Backend;
  paths: StackPaths;
  /** Whether there is state of that name, readable or not. */
  exists: boolean;
  /** Marks the back end as one of this layout, if nobody has yet. To be called before the first write. */
  initialize(): Promise<void>;
}

/** Finds a stack without opening, locking or changing anything. */
export async function locateStack(options: StackOptions): Promise<LocatedStack> {
  const { project, stack, env = process.env, cwd = process.cwd() } = options;
  assertName("stack", stack);
  const backend = findBackend(project, { env, cwd });
  const layout = await checkLayout(backend.root);
  return {
    backend,
    paths: stackPaths(backend.root, project.name, stack),
    exists: (await listStacks(backend.root, project.name)).includes(stack),
    async initialize() {
      if (!layout.exists) await initializeLayout(backend.root);
    },
  };
}

/**
 * The same for a stack that must be there. What only looks at a stack, or edits it, begins with this: opening a session would
 * already leave files of a stack that nobody has.
 * @throws {Error} when it is not
 */
export async function requireStack(options: StackOptions): Promise<LocatedStack> {
  const located = await locateStack(options);
  if (!located.exists) throw new Error(`no stack named '${options.stack}' found`);
  return located;
}

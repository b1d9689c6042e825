import { dependentsOf } from "../dependents.js";
import type { ResourceState } from "../state/resource.js";
import { nameOf } from "../urn.js";
import { requireStack, type StackOptions } from "./locate-stack.js";
import { openSession, type StackContents } from "./session.js";

export interface StateEdited {
  /** The URNs that were changed. */
  urns: string[];
  warnings: string[];
}

/**
 * Forgets resources; what is really there stays.
 * @param options.urns which ones; `undefined`: all
 * @param options.force forgets protected ones, too
 * @param options.targetDependents forgets what depends on them, too
 * @throws {Error} when others depend on them, when one is protected, and when there is none of that URN
 */
export function deleteFromState(
  options: StackOptions & { urns: readonly string[] | undefined; force?: boolean; targetDependents?: boolean },
): Promise<StateEdited> {
  return edit(options, async ({ resources, snapshot }) => {
    const targets = options.urns?.map((urn) => only(urn, resources)) ?? resources;
    const condemned = new Set(targets);
    for (const target of targets) {
      const left = dependentsOf(target, resources).filter((state) => !condemned.has(state));
      if (left.length > 0 && !options.targetDependents) throw new Error(dependentsRefusal(target, left));
      for (const state of left) condemned.add(state);
    }
    const protectedOnes = [...condemned].filter((state) => state.protect);
    const first = protectedOnes[0];
    if (first !== undefined && !options.force) throw new Error(protectedRefusal(first.urn));
    await snapshot.end(undefined, (edits) => {
      for (const state of condemned) edits.remove(state);
    });
    return {
      urns: [...condemned].map(({ urn }) => urn),
      warnings: protectedOnes.map(({ urn }) => `deleting protected resource ${urn} due to presence of --force`),
    };
  });
}

/**
 * Lets resources be deleted again.
 * @param options.urns which ones; `undefined`: all
 * @throws {Error} when there is none of that URN
 */
export function unprotect(options: StackOptions & { urns: readonly string[] | undefined }): Promise<StateEdited> {
  return edit(options, async ({ resources, snapshot }) => {
    const live = resources.filter((state) => !state.delete);
    const missing = (options.urns ?? []).filter((urn) => !live.some((state) => state.urn === urn));
    if (missing.length > 0) throw new Error(missing.map(notFound).join("\n"));
    const chosen = live.filter(({ urn }) => options.urns === undefined || options.urns.includes(urn));
    await snapshot.end(undefined, (edits) => {
      for (const state of chosen) if (state.protect) edits.swap(state, { ...state, protect: false });
    });
    return { urns: chosen.map(({ urn }) => urn), warnings: [] };
  });
}

/** An edit of the state as a step of its own: locked, and on disk as a whole or not at all. */
async function edit(
  options: StackOptions,
  change: (contents: StackContents) => Promise<StateEdited>,
): Promise<StateEdited> {
  await requireStack(options);
  const notices: string[] = [];
  const session = await openSession({
    ...options,
    write: true,
    emit: (event) => event.kind === "diagnostic" && notices.push(event.message),
  });
  try {
    const { urns, warnings } = await change(await session.contents());
    return { urns, warnings: [...notices, ...warnings] };
  } finally {
    await session.close();
  }
}

/** A URN may stand for two: a resource, and the old half of a replacement that still has to go. */
function only(urn: string, resources: readonly ResourceState[]): ResourceState {
  const found = resources.filter((state) => state.urn === urn);
  const [state, ...others] = found;
  if (state === undefined) throw new Error(notFound(urn));
  if (others.length === 0) return state;
  const which = found.map(({ id, delete: condemned }) => `  ${id ?? "no id"}${condemned ? ", pending deletion" : ""}`);
  throw new Error(
    `Resource URN ambiguously referred to multiple resources. Did you mean:\n${which.join("\n")}\nRun \`up\` to get rid of what is pending deletion`,
  );
}

function notFound(urn: string): string {
  return `No such resource "${urn}" exists in the current state\nTo list the resource URNs in the stack, run \`kvm-compose state list\``;
}

function dependentsRefusal(target: ResourceState, dependents: ResourceState[]): string {
  const lines = dependents.map(({ urn }) => ` * ${`"${nameOf(urn)}"`.padEnd(15)} (${urn})`);
  return `${target.urn} can't be safely deleted because the following resources depend on it:\n${lines.join("\n")}\n\nDelete those resources first or pass --target-dependents.`;
}

function protectedRefusal(urn: string): string {
  return `${urn} can't be safely deleted because it is protected. Re-run this command with --force to force deletion`;
}

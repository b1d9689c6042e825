import type { OperationContext } from "../../provider/handler.js";
import { deletionBlockers } from "../dependents.js";
import type { StepKind } from "../events.js";
import * as adapter from "../providers/adapter.js";
import type { ResourceState } from "../state/resource.js";
import { isProviderType } from "../urn.js";
import type { Deployment } from "./deployment.js";
import { step } from "./step.js";

/** One resource to be deleted. */
export interface Deletion {
  state: ResourceState;
  keys?: string[];
  /** Its replacement follows in this run, so the state keeps it as pending. */
  makingRoom?: boolean;
  /** It was deleted to make room, and no replacement came. */
  alreadyGone?: boolean;
}

/**
 * Deletes resources, each after everything that depends on it, as many at once as that allows. What cannot be deleted
 * keeps what it depends on; the rest goes on as far as the run allows.
 * @param deletions in the order of the state
 * @returns whether all of them are gone
 */
export async function deleteResources(deployment: Deployment, deletions: Deletion[]): Promise<boolean> {
  const states = deletions.map(({ state }) => state);
  const blockers = deletionBlockers(states);
  for (const { urn } of states) deployment.progress.deleting.add(urn);
  const results = new Map<ResourceState, Promise<boolean>>();
  // The last ones first, so that every blocker has its promise before it is asked for.
  for (const deletion of [...deletions].reverse()) {
    const before = (blockers.get(deletion.state) ?? []).map((state) => results.get(state) ?? Promise.resolve(true));
    const result = Promise.all(before).then(async (gone) => {
      if (gone.every(Boolean)) return deleteOne(deployment, deletion);
      if (deployment.executor.stopped()) deployment.executor.leaveOut(deletion.state.urn);
      return false;
    });
    results.set(deletion.state, result);
  }
  return (await Promise.all(results.values())).every(Boolean);
}

async function deleteOne(deployment: Deployment, deletion: Deletion): Promise<boolean> {
  const { state } = deletion;
  if (state.protect && !state.delete && !deletion.alreadyGone) {
    deployment.executor.fail(protectedMessage(state.urn), state.urn, { goOn: true });
    return false;
  }
  const planned = step(opOf(deletion), { old: state }, { keys: deletion.keys ?? [] });
  try {
    await deployment.executor.run(planned, (context) => carryOut(deployment, deletion, context));
    return true;
  } catch {
    // Reported by the executor.
    return false;
  }
}

async function carryOut(
  deployment: Deployment,
  { state, makingRoom, alreadyGone }: Deletion,
  context: OperationContext,
): Promise<void> {
  if (deployment.preview) return;
  const { snapshot, providers } = deployment;
  if (alreadyGone || !needsProvider(state, deployment.progress.deleting)) {
    await snapshot.end(undefined, (resources) => resources.remove(state));
    return;
  }
  const { handler } = await providers.handlerFor(state, state.outputs);
  const pending = await snapshot.begin("deleting", state);
  try {
    await adapter.remove(handler, state, context);
  } catch (error) {
    await snapshot.end(pending, () => {});
    throw error;
  }
  await snapshot.end(pending, (resources) => {
    if (makingRoom) resources.swap(state, { ...state, pendingReplacement: true });
    else resources.remove(state);
  });
}

function needsProvider(state: ResourceState, goingAway: ReadonlySet<string>): boolean {
  if (!state.custom || isProviderType(state.type) || state.external || state.pendingReplacement || state.retainOnDelete)
    return false;
  return state.deletedWith === undefined || !goingAway.has(state.deletedWith);
}

function opOf({ state, makingRoom, alreadyGone }: Deletion): StepKind {
  if (alreadyGone || state.pendingReplacement) return "remove-pending-replace";
  const replaced = makingRoom || state.delete;
  if (state.external) return replaced ? "discard-replaced" : "discard";
  return replaced ? "delete-replaced" : "delete";
}

function protectedMessage(urn: string): string {
  return `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, remove the \`protect\` option from the program and run an update, or use \`pulumi state unprotect\``;
}

import * as adapter from "../providers/adapter.js";
import type { Providers } from "../providers/providers.js";
import type { PendingOperation, ResourceState } from "../state/resource.js";
import type { ResourceEdits } from "../state/snapshot.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import { type Executor, StepFailed, Stopped } from "./executor.js";
import { step } from "./step.js";

/** What became of the creations that the last run did not end. */
export interface Recovered {
  /** What they have left, now resources of the state like others, after those that were there. */
  found: ResourceState[];
  /** Resources that make room for one of those. */
  superseded: ResourceState[];
  /** Creations of which nothing was found, or nobody can tell: they begin anew with what they chose. */
  remaining: Map<string, ResourceState>;
  /** Whether all could be looked for. */
  complete: boolean;
}

/**
 * Looks for what interrupted creations have left, so that it is completed or deleted like everything else in the state.
 * Without this, what the program does not declare any more would stay for ever.
 */
export async function recoverInterrupted(
  resources: readonly ResourceState[],
  pending: readonly PendingOperation[],
  { providers, executor }: { providers: Providers; executor: Executor },
): Promise<Recovered> {
  const recovered: Recovered = { found: [], superseded: [], remaining: new Map(), complete: true };
  const begun = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const results = await Promise.all(begun.map((resource) => lookFor(resource, { providers, executor })));
  for (const [index, resource] of begun.entries()) {
    const left = results[index];
    if (left === "unknown") recovered.complete = false;
    if (left === "unknown" || left === undefined) {
      recovered.remaining.set(resource.urn, resource);
      continue;
    }
    // A creation that was interrupted twice has left one thing.
    if (recovered.found.some(({ urn, id }) => urn === left.urn && id === left.id)) continue;
    const others = [...resources, ...recovered.found];
    const old = others.find(({ urn, delete: condemned }) => urn === resource.urn && !condemned);
    if (old?.pendingReplacement) recovered.superseded.push(old);
    // Where the old thing is still there, the new one is too much: the run decides anew whether to replace it.
    recovered.found.push({ ...left, delete: old !== undefined && !old.pendingReplacement });
  }
  return recovered;
}

/** Writes what was recovered. */
export function recordRecovered(resources: ResourceEdits, { found, superseded }: Recovered): void {
  for (const state of superseded) resources.remove(state);
  for (const state of found) {
    resources.append(state);
    resources.forget(state.urn);
  }
}

async function lookFor(
  resource: ResourceState,
  { providers, executor }: { providers: Providers; executor: Executor },
): Promise<ResourceState | undefined | "unknown"> {
  try {
    const { handler } = await providers.handlerFor(resource, resource.inputs);
    const context = executor.context(resource.urn);
    const left = await executor.bounded(resource.urn, adapter.findInterrupted(handler, resource.inputs, context));
    if (left === undefined) return undefined;
    const outputs = markSecretOutputs(left.outputs, resource.inputs, resource.additionalSecretOutputs);
    const now = new Date().toISOString();
    return { ...resource, id: left.id, outputs, initErrors: [INTERRUPTED], created: now, modified: now };
  } catch (error) {
    if (!(error instanceof Stopped) && !(error instanceof StepFailed))
      executor.reportFailure(step("read", { old: resource, new: resource }), error);
    return "unknown";
  }
}

/** Makes the next run complete it. */
export const INTERRUPTED = "its creation was interrupted";

import type { OperationContext, PropertyChange } from "../../provider/handler.js";
import * as adapter from "../providers/adapter.js";
import type { Providers } from "../providers/providers.js";
import type { Selection } from "../selection.js";
import { mapReferences, type ResourceState } from "../state/resource.js";
import { isProviderType } from "../urn.js";
import { equal } from "../values/equal.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import type { Value } from "../values/value.js";
import { type Executor, StepFailed, Stopped } from "./executor.js";
import { type Step, step } from "./step.js";

export interface Refreshed {
  /** In the order of the state, what is gone left out. */
  resources: ResourceState[];
  /** What became of each resource that is not as it was remembered; `undefined`: gone. */
  changed: Map<ResourceState, ResourceState | undefined>;
  gone: Set<string>;
  /** Whether every thing could be read. */
  complete: boolean;
}

/**
 * Reads the real things. All reads start at once: providers share round trips among reads that come together, and limit
 * what a host has to bear.
 * @param options.silent reports failures only: the plan that follows shows what drifted
 */
export async function refreshResources(
  resources: readonly ResourceState[],
  {
    providers,
    executor,
    silent,
    selection,
  }: { providers: Providers; executor: Executor; silent: boolean; selection: Selection },
): Promise<Refreshed> {
  let complete = true;
  const observed = await Promise.all(
    resources.map(async (state) => {
      if (!selection.includes(state)) return state;
      if (!isReadable(state)) {
        if (!silent && selection.means(state)) await showUnread(state, executor);
        return state;
      }
      try {
        return silent ? await readQuietly(state, providers, executor) : await readAsStep(state, providers, executor);
      } catch (error) {
        if (!(error instanceof StepFailed) && !(error instanceof Stopped)) throw error;
        complete = false;
        return state;
      }
    }),
  );
  const gone = new Set(resources.filter((_, index) => observed[index] === undefined).map(({ urn }) => urn));
  const settled = observed.map((state) => {
    const pruned = state && withoutGone(state, gone);
    // A refresh for its own sake leaves no empty lists, as Pulumi's does not.
    return silent || pruned === undefined ? pruned : withoutEmpty(pruned);
  });
  const changed = new Map(
    resources.flatMap((state, index) => (settled[index] === state ? [] : [[state, settled[index]]])),
  );
  return { resources: settled.filter((state) => state !== undefined), changed, gone, complete };
}

/** The old half of a replacement may share its name with the new thing, which a read would find instead. */
function isReadable(state: ResourceState): boolean {
  return state.custom && !isProviderType(state.type) && !state.pendingReplacement && !state.delete;
}

/** What nothing stands behind counts as unchanged. */
async function showUnread(state: ResourceState, executor: Executor): Promise<void> {
  if (state.custom || executor.stopped()) return;
  const planned = step("refresh", { old: state, new: state });
  const result = () => step("same", { old: state, new: state }, { refreshed: true });
  await executor.run(planned, async () => {}, { light: true, result });
}

async function readQuietly(
  state: ResourceState,
  providers: Providers,
  executor: Executor,
): Promise<ResourceState | undefined> {
  if (executor.stopped()) throw new Stopped();
  try {
    return (await executor.bounded(state.urn, readOne(state, providers, executor.context(state.urn)))).state;
  } catch (error) {
    if (error instanceof Stopped) throw error;
    executor.reportFailure(step("refresh", { old: state, new: state }), error);
    throw new StepFailed(error);
  }
}

async function readAsStep(
  state: ResourceState,
  providers: Providers,
  executor: Executor,
): Promise<ResourceState | undefined> {
  const planned = step("refresh", { old: state, new: state });
  const { state: observed } = await executor.run(planned, (context) => readOne(state, providers, context), {
    light: true,
    result: (observation) => resultStep(state, observation),
  });
  return observed;
}

interface Observation {
  state: ResourceState | undefined;
  /** From what was remembered to what was observed. */
  changes: PropertyChange[];
  differs: boolean;
}

async function readOne(state: ResourceState, providers: Providers, context: OperationContext): Promise<Observation> {
  const { handler } = await providers.handlerFor(state, state.outputs);
  const found = await adapter.read(handler, state, context);
  if (found === undefined) return { state: undefined, changes: [], differs: true };
  const outputs = markSecretOutputs(found.outputs, found.inputs, state.additionalSecretOutputs);
  const isSame = found.id === state.id && equal(outputs, state.outputs) && equal(found.inputs, state.inputs);
  // Errors of the last create or update stay: that a thing is there does not make it healthy.
  const changed = { ...state, id: found.id, inputs: found.inputs, outputs, modified: new Date().toISOString() };
  const observed = isSame ? state : changed;
  // What is only looked up has no declaration to differ from. Everything else is compared even if it is as it was: Pulumi does.
  if (state.external) return { state: observed, changes: [], differs: !equal(outputs, state.outputs) };
  const { changes, details } = await adapter.diff(handler, observed, state.inputs);
  const differs = changes ?? !equal(observed.inputs, state.inputs);
  return {
    state: observed,
    differs,
    changes: details.map((change) => ({ ...change, old: change.new, new: change.old })),
  };
}

/** The step as which a refresh is shown once its outcome is known. */
function resultStep(old: ResourceState, { state: now, changes, differs }: Observation): Step {
  if (now === undefined) return step("delete", { old }, { reason: "gone", refreshed: true });
  const diffs = [...new Set(Object.keys({ ...old.inputs, ...now.inputs }))].filter(
    (key) => !equal(old.inputs[key] as Value | undefined, now.inputs[key]),
  );
  return step(differs ? "update" : "same", { old, new: now }, { details: changes, diffs, refreshed: true });
}

/** Mentions of what is gone go. */
function withoutGone(state: ResourceState, gone: ReadonlySet<string>): ResourceState {
  if (gone.size === 0) return state;
  const pruned = mapReferences(state, (urn) => (gone.has(urn) ? undefined : urn));
  return equalReferences(pruned, state) ? state : pruned;
}

function withoutEmpty(state: ResourceState): ResourceState {
  const entries = Object.entries(state.propertyDependencies);
  const filled = entries.filter(([, urns]) => urns.length > 0);
  return filled.length === entries.length ? state : { ...state, propertyDependencies: Object.fromEntries(filled) };
}

function equalReferences(a: ResourceState, b: ResourceState): boolean {
  return (
    a.parent === b.parent &&
    equal(a.dependencies, b.dependencies) &&
    equal(a.propertyDependencies, b.propertyDependencies) &&
    a.deletedWith === b.deletedWith
  );
}

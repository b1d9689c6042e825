import { type Decision, plannedOutputs } from "../planner.js";
import type { ResourceState } from "../state/resource.js";
import { equal } from "../values/equal.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import type { PropertyMap, Value } from "../values/value.js";
import type { Goal } from "./goal.js";

/** A resource of which nothing is known yet. */
export function blankState(identity: { urn: string; type: string; custom: boolean }): ResourceState {
  return {
    ...identity,
    id: undefined,
    inputs: {},
    outputs: {},
    parent: undefined,
    provider: undefined,
    dependencies: [],
    propertyDependencies: {},
    delete: false,
    pendingReplacement: false,
    protect: false,
    retainOnDelete: false,
    external: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    deletedWith: undefined,
    customTimeouts: undefined,
    created: undefined,
    modified: undefined,
    sourcePosition: undefined,
  };
}

/** The resource as the program wants it, before its provider has been asked. What is not said is as with the parent. */
export function desiredState(
  goal: Goal,
  { urn, provider, parent }: { urn: string; provider: string | undefined; parent: ResourceState | undefined },
): ResourceState {
  return {
    ...blankState({ urn, type: goal.type, custom: goal.custom }),
    inputs: goal.inputs,
    parent: goal.parent,
    provider,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: goal.protect ?? parent?.protect ?? false,
    retainOnDelete: goal.retainOnDelete ?? parent?.retainOnDelete ?? false,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    deletedWith: goal.deletedWith ?? parent?.deletedWith,
    customTimeouts: goal.customTimeouts,
    sourcePosition: goal.sourcePosition,
  };
}

/** The old object if nothing but the position in the source differs, so that the state need not be written for it. */
export function keepIfEqual(old: ResourceState | undefined, state: ResourceState): ResourceState {
  if (old === undefined) return state;
  const same = (Object.keys(state) as (keyof ResourceState)[]).every(
    (key) => key === "sourcePosition" || equal(old[key] as Value | undefined, state[key] as Value | undefined),
  );
  return same ? old : state;
}

/** The resource as it is expected to be after the step. */
export function plannedState(
  { desired, old }: { desired: ResourceState; old: ResourceState | undefined },
  decision: Decision,
  inputs: PropertyMap,
): ResourceState {
  const survives = decision.kind === "same" || decision.kind === "update";
  const outputs = plannedOutputs(decision, { old, inputs });
  const wanted: ResourceState = {
    ...desired,
    id: survives ? old?.id : undefined,
    inputs,
    outputs: markSecretOutputs(outputs, inputs, desired.additionalSecretOutputs),
    created: survives ? old?.created : undefined,
    modified: survives ? old?.modified : undefined,
  };
  return decision.kind === "same" ? keepIfEqual(old, wanted) : wanted;
}

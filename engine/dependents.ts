import { UNKNOWN } from "../provider/handler.js";
import { providerUrn, type ResourceState, referencesOf } from "./state/resource.js";
import type { PropertyMap } from "./values/value.js";

/**
 * The resources that depend on `target`, directly or not, in the order of the state (dependents after what they depend on).
 * @param resources in the order of the state
 */
export function dependentsOf(target: ResourceState, resources: readonly ResourceState[]): ResourceState[] {
  const reached = new Set([target.urn]);
  const found: ResourceState[] = [];
  for (const state of resources.slice(resources.indexOf(target) + 1)) {
    if (!referencesOf(state).some((urn) => reached.has(urn))) continue;
    reached.add(state.urn);
    found.push(state);
  }
  return found;
}

/** Whether a resource goes away with one of `replaced`, whatever its provider says. */
export function mustFollow(state: ResourceState, replaced: ReadonlySet<string>): boolean {
  const provider = state.provider === undefined ? undefined : providerUrn(state.provider);
  return (
    (provider !== undefined && replaced.has(provider)) ||
    (state.deletedWith !== undefined && replaced.has(state.deletedWith))
  );
}

/**
 * What a dependent's inputs look like while things it depends on are being replaced: properties that come from them are
 * unknown.
 * @returns `undefined` when no property depends on them
 */
export function inputsDuringReplacement(state: ResourceState, replaced: ReadonlySet<string>): PropertyMap | undefined {
  const affected = Object.keys(state.inputs).filter((key) =>
    state.propertyDependencies[key]?.some((urn) => replaced.has(urn)),
  );
  if (affected.length === 0) return undefined;
  return { ...state.inputs, ...Object.fromEntries(affected.map((key) => [key, UNKNOWN])) };
}

/**
 * For each resource to be deleted, those that must be deleted before it.
 * @param states in the order of the state; only earlier ones can be depended on, so there is no cycle
 */
export function deletionBlockers(states: readonly ResourceState[]): Map<ResourceState, ResourceState[]> {
  const blockers = new Map<ResourceState, ResourceState[]>(states.map((state) => [state, []]));
  const earlier = new Map<string, ResourceState[]>();
  for (const state of states) {
    for (const urn of new Set(referencesOf(state))) {
      for (const dependency of earlier.get(urn) ?? []) blockers.get(dependency)?.push(state);
    }
    earlier.set(state.urn, [...(earlier.get(state.urn) ?? []), state]);
  }
  return blockers;
}

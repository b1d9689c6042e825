import type { ResourceState } from "./state/resource.js";
import { equal } from "./values/equal.js";
import type { PropertyMap } from "./values/value.js";

/** What Pulumi's protocol says of a difference; `changes: undefined` is "the provider does not know". */
export interface DiffAnswer {
  changes: boolean | undefined;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** What to do with one resource that is to be managed. */
export type Decision =
  | { kind: "create" | "same" | "update" }
  /** Another thing takes its place. `first`: what happens first to the old one. */
  | { kind: "replace"; keys: string[]; first: "delete" | "create" }
  /** The old one was deleted to make room already. */
  | { kind: "recreate"; keys: string[] };

export interface Situation {
  old: ResourceState | undefined;
  /** Checked inputs. */
  inputs: PropertyMap;
  /** `undefined` when there was nothing to compare. */
  diff: DiffAnswer | undefined;
  /** Why the old one was deleted earlier in this run; `undefined` when it was not. */
  deletedFirst: string[] | undefined;
  /** What the program asks for; the provider's own wish is in `diff`. */
  deleteBeforeReplace: boolean | undefined;
}

/** Decides the step for a custom resource, exactly as Pulumi would. */
export function decide(situation: Situation): Decision {
  const { old, diff, deletedFirst } = situation;
  if (old === undefined) return { kind: "create" };
  if (deletedFirst !== undefined) return { kind: "recreate", keys: deletedFirst };
  if (old.pendingReplacement) return { kind: "recreate", keys: diff?.replaces ?? [] };
  if (old.external) return { kind: "replace", keys: [], first: "create" };
  const first = (situation.deleteBeforeReplace ?? diff?.deleteBeforeReplace) ? "delete" : "create";
  const changed = diff?.changes ?? !equal(old.inputs, situation.inputs);
  if (changed && diff !== undefined && diff.replaces.length > 0) return { kind: "replace", keys: diff.replaces, first };
  return { kind: changed || old.initErrors.length > 0 ? "update" : "same" };
}

/** Components have no provider to ask. */
export function decideComponent(old: ResourceState | undefined, inputs: PropertyMap): Decision {
  if (old === undefined) return { kind: "create" };
  return { kind: equal(old.inputs, inputs) ? "same" : "update" };
}

/**
 * What a preview knows of a resource's outputs before it exists or is changed: what is declared. Dynamic providers are not
 * asked what an update would leave, so what derives from their outputs shows as changing.
 */
export function plannedOutputs(
  decision: Decision,
  { old, inputs }: { old: ResourceState | undefined; inputs: PropertyMap },
): PropertyMap {
  return decision.kind === "same" && old !== undefined ? old.outputs : inputs;
}

/** The names of top-level properties that differ. */
export function changedKeys(old: PropertyMap, wanted: PropertyMap): string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...keys].filter((key) => key !== PROVIDER_KEY && !equal(old[key], wanted[key]));
}

/** The property that holds a dynamic resource's code. */
export const PROVIDER_KEY = "__provider";

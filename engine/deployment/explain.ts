import type { PropertyChange } from "../../provider/handler.js";
import { changedKeys, type DiffAnswer } from "../planner.js";
import type { ResourceState } from "../state/resource.js";
import { plainOf } from "../values/plain.js";
import type { PropertyMap } from "../values/value.js";
import type { Step } from "./step.js";

export type DiffDetails = DiffAnswer & { details: PropertyChange[] };

/** What the user is shown as the difference: what the provider says, else which declared properties changed. */
export function explain(
  old: ResourceState | undefined,
  inputs: PropertyMap,
  diff: DiffDetails | undefined,
): Partial<Step> {
  if (old === undefined) return {};
  const diffs = changedKeys(old.inputs, inputs);
  if (diff !== undefined && diff.details.length > 0) return { diffs, details: diff.details };
  const details = diffs.map((path): PropertyChange => {
    const impact = diff?.replaces.includes(path) ? "replace" : "live";
    return {
      path,
      impact,
      old: plainOf(old.inputs[path] ?? null) ?? undefined,
      new: plainOf(inputs[path] ?? null) ?? undefined,
    };
  });
  return { diffs, details, inputDiff: true };
}

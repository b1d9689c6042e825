import type { StepMetadata } from "../../engine/events.js";
import type { PropertyChange } from "../../provider/handler.js";
import { colors as pc } from "../colors.js";
import { exactValue, showValue } from "./value.js";

/** One line for each property in which a step finds or makes a difference. */
export function changeLines(step: StepMetadata): string[] {
  return changesIn(step).map((change) => `      ${change.path}: ${describe(step, change)}`);
}

/** What a step changes; where nobody named it, the declared properties that differ. */
export function changesIn({ op, old, new: wanted, details, inputDiff }: StepMetadata): (PropertyChange | Unjudged)[] {
  // The engine compares declarations as a whole; the states tell which parts of them are secret.
  if (inputDiff && old !== undefined && wanted !== undefined)
    return details.map((change) => ({ ...change, old: old.inputs[change.path], new: wanted.inputs[change.path] }));
  if (details.length > 0) return details;
  if (op !== "update" || old === undefined || wanted === undefined) return [];
  const keys = new Set([...Object.keys(old.inputs), ...Object.keys(wanted.inputs)]);
  return [...keys]
    .filter((key) => !key.startsWith("__") && exactValue(old.inputs[key]) !== exactValue(wanted.inputs[key]))
    .map((key) => ({ path: key, old: old.inputs[key], new: wanted.inputs[key], impact: undefined }));
}

/** A difference of which no provider said what it means. */
export type Unjudged = Omit<PropertyChange, "impact"> & { impact: undefined };

/** The impact in brackets, "" where the provider did not say. */
export function impactOf(
  { inputDiff }: Pick<StepMetadata, "inputDiff">,
  { impact }: PropertyChange | Unjudged,
): string {
  if (impact === undefined || (inputDiff && impact !== "replace")) return "";
  return ` (${impact === "live" ? pc.green(impact) : pc.red(impact)})`;
}

function describe(step: StepMetadata, change: PropertyChange | Unjudged): string {
  if (step.refreshed) return `remembered ${showValue(change.old)}, observed ${showValue(change.new)}`;
  const judged = change.impact !== undefined && !step.inputDiff;
  const declared = change.new === undefined ? "no longer declared" : `declared ${showValue(change.new)}`;
  return `${judged ? "observed" : "was"} ${showValue(change.old)}, ${declared}${impactOf(step, change)}`;
}

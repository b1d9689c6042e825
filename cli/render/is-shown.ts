import type { StepMetadata } from "../../engine/events.js";

/** Whether a step is worth telling: not what stays as it is, and of a replacement only the step that stands for all. */
export function isShown({ op, logical, refreshed, old, new: wanted }: StepMetadata): boolean {
  if (op === "same") return old !== undefined && wanted !== undefined && old.protect !== wanted.protect;
  return logical || refreshed || op === "refresh";
}

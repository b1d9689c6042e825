import type { DisplayState, StepKind, StepMetadata } from "../../engine/events.js";
import type { PropertyChange } from "../../provider/handler.js";
import { encodeState, withoutOutcome } from "./state.js";

/** When a step is told of: before it, after it, or after it failed. */
export type Phase = "pre" | "done" | "failed";

/** A step in the form of Pulumi's engine events. */
export function encodeMetadata(metadata: StepMetadata, phase: Phase): object {
  const { op, urn, type, old, keys, diffs, logical, provider } = metadata;
  return {
    op,
    urn,
    type,
    old: old === undefined ? null : encodeState(old),
    new: encodeNew(metadata, phase),
    ...(keys.length > 0 && FORCED.has(op) ? { keys } : {}),
    ...(diffs.length > 0 ? { diffs } : {}),
    detailedDiff: encodeDetails(metadata, "diffKind"),
    ...(logical ? { logical } : {}),
    provider,
  };
}

/**
 * Property paths and what happens to them; `null` when nobody compared them.
 * @param name the field that holds the kind of difference, which Pulumi's events and its digest call differently
 */
export function encodeDetails({ details, inputDiff }: StepMetadata, name: "diffKind" | "kind"): object | null {
  if (details.length === 0) return null;
  return Object.fromEntries(details.map((change) => [change.path, { [name]: kindOf(change), inputDiff }]));
}

function encodeNew(metadata: StepMetadata, phase: Phase): object | null {
  const { new: state, op } = metadata;
  if (state === undefined) return null;
  // Pulumi's events name neither id nor outputs of what is only hoped for.
  const isExpected = op === "replace" ? state.id === undefined : phase !== "done" && MAKING.has(op);
  return encodeState(isExpected ? withoutOutcome(state, { id: keptId(metadata, phase) }) : state);
}

/** Only a failed update is known to be of the thing that was there before. */
function keptId({ op, old }: StepMetadata, phase: Phase): DisplayState["id"] {
  return phase === "failed" && op === "update" ? old?.id : undefined;
}

function kindOf({ old, new: wanted, impact }: PropertyChange): string {
  const kind = old === undefined ? "add" : wanted === undefined ? "delete" : "update";
  return impact === "replace" ? `${kind}-replace` : kind;
}

const MAKING = new Set<StepKind>(["create", "update", "same", "create-replacement"]);

/** The steps that have properties which forced them. */
const FORCED = new Set<StepKind>(["replace", "create-replacement", "read-replacement"]);

import type { PropertyChange } from "../../provider/handler.js";
import type { DisplayState, StepKind, StepMetadata, StepReason } from "../events.js";
import { parsePropertyPath } from "../ignore-changes.js";
import type { ResourceState } from "../state/resource.js";
import { isProviderType } from "../urn.js";
import { blindProperties, MASK } from "../values/mask.js";
import { containsSecret, isMap, Secret, type Value } from "../values/value.js";

/** One planned step. */
export interface Step {
  op: StepKind;
  urn: string;
  old: ResourceState | undefined;
  /** As planned; what the provider answers takes its place. `undefined` for deletions. */
  new: ResourceState | undefined;
  keys: string[];
  diffs: string[];
  details: PropertyChange[];
  reason?: StepReason | undefined;
  /** Whether `details` compares declarations, because the provider named no differences. */
  inputDiff?: boolean;
  /** Whether it is what a refresh found. */
  refreshed?: boolean;
  /** What the old half of a replacement becomes, for steps that leave it to be deleted later. */
  condemns?: ResourceState;
}

export function step(
  op: StepKind,
  states: { old?: ResourceState | undefined; new?: ResourceState | undefined },
  why?: Partial<Step>,
): Step {
  const urn = (states.new ?? states.old)?.urn ?? "";
  return { op, urn, old: states.old, new: states.new, keys: [], diffs: [], details: [], ...why };
}

/** A step for display, all secrets masked. */
export function metadataOf(planned: Step): StepMetadata {
  const { op, urn, old, keys, diffs, reason, refreshed = false, inputDiff = false } = planned;
  const subject = planned.new ?? old;
  return {
    op,
    urn,
    type: subject?.type ?? "",
    provider: subject?.provider ?? "",
    logical: !refreshed && !ILLOGICAL.has(op),
    refreshed,
    old: old && displayState(old),
    new: planned.new && displayState(planned.new),
    keys,
    diffs,
    details: planned.details.map((change) => maskChange(change, planned)),
    inputDiff,
    ...(reason === undefined ? {} : { reason }),
    internal: isProviderType(subject?.type ?? ""),
  };
}

/** Parts of a replacement, which the step `replace` stands for, and reads of what is managed. */
const ILLOGICAL = new Set<StepKind>([
  "create-replacement",
  "delete-replaced",
  "discard-replaced",
  "read-replacement",
  "remove-pending-replace",
  "refresh",
]);

/** A resource for display, all secrets masked. */
export function displayState(state: ResourceState): DisplayState {
  return { ...state, inputs: blindProperties(state.inputs), outputs: blindProperties(state.outputs) };
}

/** The provider saw clear text, so its differences may show some. */
function maskChange(change: PropertyChange, { old, new: wanted }: Step): PropertyChange {
  const path = parsePropertyPath(change.path);
  const sides = [old?.inputs, old?.outputs, wanted?.inputs, wanted?.outputs];
  if (!sides.some((side) => side !== undefined && leadsToSecret(side, path))) return change;
  return { ...change, old: masked(change.old), new: masked(change.new) };
}

function masked(value: unknown): unknown {
  return value === undefined ? undefined : MASK;
}

/** Lists of devices are keyed by name in paths; where a path cannot be followed, any secret below counts. */
function leadsToSecret(value: Value, path: readonly string[]): boolean {
  if (value instanceof Secret) return true;
  const [key, ...rest] = path;
  if (key === undefined) return containsSecret(value);
  const inner: Value | undefined = Array.isArray(value) ? value[Number(key)] : isMap(value) ? value[key] : undefined;
  if (inner !== undefined) return leadsToSecret(inner, rest);
  return Array.isArray(value) && containsSecret(value);
}

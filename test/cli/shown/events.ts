import { type OutputFlags, rendererOf } from "../../../cli/render/renderer-of.js";
import { blankState } from "../../../engine/deployment/desired.js";
import { metadataOf, type Step, step } from "../../../engine/deployment/step.js";
import type { EngineEvent, StepKind } from "../../../engine/events.js";
import type { ResourceState } from "../../../engine/state/resource.js";

export const STACK = "urn:pulumi:dev::shown::pulumi:pulumi:Stack::shown-dev";
const TYPE = "pulumi-nodejs:dynamic/kvm:Domain";

export function urnOf(name: string): string {
  return `urn:pulumi:dev::shown::${TYPE}::${name}`;
}

export function state(name: string, given: Partial<ResourceState> = {}): ResourceState {
  return { ...blankState({ urn: urnOf(name), type: TYPE, custom: true }), parent: STACK, ...given };
}

/** The events of a step that goes well. */
export function steps(
  op: StepKind,
  states: { old?: ResourceState; new?: ResourceState },
  { planning = false, ...why }: Partial<Step> & { planning?: boolean } = {},
): EngineEvent[] {
  const metadata = metadataOf(step(op, states, why));
  return [
    { kind: "resourcePre", metadata, planning },
    { kind: "resOutputs", metadata, planning },
  ];
}

/** What a renderer writes, without times. */
export function written(events: EngineEvent[], flags: Partial<OutputFlags> = {}): string[] {
  const lines: string[] = [];
  const renderer = rendererOf({ kind: "update", ...flags }, { write: (line) => lines.push(line) });
  for (const event of events) renderer.render(event);
  renderer.end?.();
  return lines.map((line) => line.replace(/ \(\d+\.\d s\)/, "").trimEnd());
}

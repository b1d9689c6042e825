import { ROOT_STACK_TYPE } from "../urn.js";
import { equal } from "../values/equal.js";
import type { PropertyMap } from "../values/value.js";
import type { Deployment } from "./deployment.js";
import { metadataOf } from "./step.js";

/** The outputs of a component. Those of the root stack are kept until the run is over. */
export async function registerOutputs(deployment: Deployment, urn: string, outputs: PropertyMap): Promise<void> {
  const { progress, snapshot } = deployment;
  const state = progress.registered.get(urn);
  if (state === undefined)
    throw new Error(`Cannot register outputs of "${urn}": the resource was not registered in this run`);
  deployment.redactor.learn(outputs);
  if (state.type === ROOT_STACK_TYPE) {
    progress.stackOutputs = outputs;
    return;
  }
  const changed = equal(state.outputs, outputs) ? state : { ...state, outputs };
  progress.registered.set(urn, changed);
  reportComponent(deployment, urn);
  if (changed !== state) await snapshot.end(undefined, (resources) => resources.swap(state, changed));
}

/** Reports a component as complete, once. */
export function reportComponent({ progress, preview, emit }: Deployment, urn: string): void {
  const planned = progress.openComponents.get(urn);
  if (planned === undefined) return;
  progress.openComponents.delete(urn);
  const state = progress.registered.get(urn);
  emit({ kind: "resOutputs", metadata: metadataOf({ ...planned, new: state ?? planned.new }), planning: preview });
}

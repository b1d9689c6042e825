import type { ResourceState } from "../state/resource.js";
import { applyStep } from "./apply.js";
import { deleteResources } from "./delete.js";
import type { Deployment } from "./deployment.js";
import { StepFailed, Stopped } from "./executor.js";
import type { Plan } from "./plan.js";
import type { Step } from "./step.js";

/**
 * Does what a plan says.
 * @returns the resource as it is now
 */
export async function executePlan(deployment: Deployment, plan: Plan): Promise<ResourceState> {
  const madeRoom = await deleteResources(deployment, plan.deletions);
  // Failed deletions have been reported; what they were to make room for cannot follow.
  if (!madeRoom) {
    throw deployment.executor.stopped() ? new Stopped() : new StepFailed("what is in the way could not be deleted");
  }
  let state: ResourceState | undefined;
  for (const planned of plan.steps) state = (await executeStep(deployment, planned, plan.component)) ?? state;
  if (state === undefined) throw new TypeError("Cannot execute a plan that makes nothing");
  deployment.redactor.learn(state.outputs);
  return state;
}

async function executeStep(
  deployment: Deployment,
  planned: Step,
  component: boolean,
): Promise<ResourceState | undefined> {
  const { executor, progress } = deployment;
  if (planned.op === "replace") {
    // Only tells that the steps around it are a replacement.
    await executor.run(planned, async () => {}, { light: true });
    return undefined;
  }
  const state = await executor.run(planned, (context) => applyStep(deployment, planned, context), {
    light: component || planned.op === "same" || deployment.preview,
    open: component,
    result: (outcome) => ({ ...planned, new: outcome }),
  });
  if (planned.condemns !== undefined && planned.old !== undefined)
    progress.condemned.set(planned.old, planned.condemns);
  return state;
}

import type { StepReason } from "../events.js";
import { decide } from "../planner.js";
import * as adapter from "../providers/adapter.js";
import type { ResolvedHandler } from "../providers/providers.js";
import type { ResourceState } from "../state/resource.js";
import type { PropertyMap } from "../values/value.js";
import { checkInputs } from "./check-inputs.js";
import type { Deployment } from "./deployment.js";
import { plannedState } from "./desired.js";
import { type DiffDetails, explain } from "./explain.js";
import type { Goal } from "./goal.js";
import { INTERRUPTED } from "./interrupted.js";
import type { Plan } from "./plan.js";
import { planReplacement } from "./plan-replacement.js";
import { step } from "./step.js";

/** A resource as declared and as it was. */
export interface Subject {
  desired: ResourceState;
  old: ResourceState | undefined;
}

/** Plans for a resource that a provider manages. */
export async function planManaged(deployment: Deployment, goal: Goal, subject: Subject): Promise<Plan> {
  const { desired, old } = subject;
  const resolved = await deployment.providers.handlerFor(desired, goal.inputs);
  const deletedFirst = old && deployment.progress.deletedFirst.get(old.urn);
  const isForced = old !== undefined && deployment.selection.replaces(desired.urn);
  // What was only looked up, is gone, or has to go anyway passes nothing on.
  const remembered = old?.external || deletedFirst || isForced ? undefined : old;
  const inputs = await checkInputs(deployment, goal, { resolved, urn: desired.urn, remembered });
  const diff = isForced ? FORCED : remembered && (await compare(deployment, { desired, remembered, resolved, inputs }));
  const decision = decide({ old, inputs, diff, deletedFirst, deleteBeforeReplace: goal.deleteBeforeReplace });
  if (decision.kind === "replace" || decision.kind === "recreate") {
    return planReplacement(deployment, goal, {
      ...subject,
      resolved,
      decision,
      diff,
      checked: remembered === undefined ? inputs : undefined,
    });
  }
  const planned = plannedState(subject, decision, inputs);
  const why = { ...explain(remembered, inputs, diff), reason: reasonOf(deployment, desired.urn, old) };
  return { deletions: [], steps: [step(decision.kind, { old, new: planned }, why)], component: false };
}

/** The user told to replace it. */
const FORCED: DiffDetails = { changes: true, replaces: ["id"], deleteBeforeReplace: false, details: [] };

async function compare(
  { progress }: Deployment,
  {
    desired,
    remembered,
    resolved,
    inputs,
  }: { desired: ResourceState; remembered: ResourceState; resolved: ResolvedHandler; inputs: PropertyMap },
): Promise<DiffDetails> {
  if (desired.deletedWith !== undefined && progress.replaced.has(desired.deletedWith)) {
    return { changes: true, replaces: ["deletedWith"], deleteBeforeReplace: false, details: [] };
  }
  return adapter.diff(resolved.handler, remembered, inputs);
}

function reasonOf(
  { gone, interrupted }: Deployment,
  urn: string,
  old: ResourceState | undefined,
): StepReason | undefined {
  if (old?.initErrors.includes(INTERRUPTED)) return "interrupted";
  if (old !== undefined) return old.initErrors.length > 0 ? "unhealthy" : undefined;
  if (gone.has(urn)) return "gone";
  return interrupted.has(urn) ? "interrupted" : undefined;
}

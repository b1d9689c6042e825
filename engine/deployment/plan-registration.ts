import { decideComponent } from "../planner.js";
import { type ResourceState, referencesOf } from "../state/resource.js";
import type { Deployment } from "./deployment.js";
import { desiredState, keepIfEqual } from "./desired.js";
import { messageOf, StepFailed } from "./executor.js";
import type { Goal } from "./goal.js";
import type { Plan } from "./plan.js";
import { planManaged } from "./plan-managed.js";
import { step } from "./step.js";

/**
 * @returns what to do about a registration; `undefined` when the operation is not about it and there is nothing yet
 * @throws {StepFailed} when the resource is not valid or its provider cannot tell what to do; it has been reported
 */
export async function planRegistration(
  deployment: Deployment,
  goal: Goal,
  { urn, provider }: { urn: string; provider: string | undefined },
): Promise<Plan | undefined> {
  const parent = goal.parent === undefined ? undefined : deployment.progress.registered.get(goal.parent);
  const desired = desiredState(goal, { urn, provider, parent });
  try {
    // What had to make room for a target has to come back.
    const isInvolved = deployment.selection.includes(desired) || deployment.progress.deletedFirst.has(urn);
    if (!isInvolved) return await planUntouched(deployment, goal, desired);
    reportGaps(deployment, desired);
    const old = findOld(deployment, goal, urn);
    return goal.custom
      ? await planManaged(deployment, goal, { desired, old })
      : planComponent(deployment, { desired, old });
  } catch (error) {
    if (error instanceof StepFailed) throw error;
    deployment.executor.fail(messageOf(error), urn);
    throw new StepFailed(error);
  }
}

/** The resource in the state, under its own name or one it had before. */
function findOld({ olds, progress, snapshot }: Deployment, goal: Goal, urn: string): ResourceState | undefined {
  for (const name of [urn, ...goal.aliases]) {
    const old = olds.get(name);
    if (old === undefined) continue;
    if (progress.kept.has(old) && !progress.carried.has(old))
      throw new Error(`Cannot use alias "${name}": another resource has taken it over`);
    progress.kept.add(old);
    if (name !== urn) snapshot.rename(name, urn);
    return old;
  }
  return undefined;
}

/** What the operation is not about stays as it is, even its old declaration. */
async function planUntouched(deployment: Deployment, goal: Goal, desired: ResourceState): Promise<Plan | undefined> {
  const { olds, progress, executor } = deployment;
  const { urn } = desired;
  const old = [urn, ...goal.aliases].map((name) => olds.get(name)).find((state) => state !== undefined);
  if (old === undefined) {
    progress.skippedCreates.add(urn);
    await executor.run(step("same", { new: desired }), async () => {}, { light: true });
    return undefined;
  }
  // What it depends on may not be declared any more, and has to come before it in the state.
  for (const state of withDependencies(deployment, old)) {
    progress.kept.add(state);
    if (state !== old) progress.carried.add(state);
    deployment.snapshot.defer((resources) => resources.put(state, state));
  }
  const planned = step("same", { old, new: old });
  if (!goal.custom) progress.openComponents.set(urn, planned);
  return { deletions: [], steps: [planned], component: !goal.custom };
}

/** A resource and all that it depends on and nobody has taken over yet, each after what it depends on. */
function withDependencies({ olds, progress }: Deployment, state: ResourceState): ResourceState[] {
  const found = new Set<ResourceState>();
  const visit = (current: ResourceState) => {
    if (progress.kept.has(current) || found.has(current)) return;
    for (const urn of referencesOf(current)) {
      const dependency = olds.get(urn);
      if (dependency !== undefined) visit(dependency);
    }
    found.add(current);
  };
  visit(state);
  return [...found];
}

/** A target cannot be made without what it depends on. A preview tells of all such gaps. */
function reportGaps({ selection, progress, executor, preview }: Deployment, desired: ResourceState): void {
  if (!selection.refusesGaps) return;
  for (const urn of new Set(referencesOf(desired))) {
    if (!progress.skippedCreates.has(urn)) continue;
    const message = `Resource '${desired.urn}' depends on '${urn}' which was was not specified in --target list.`;
    executor.fail(message, desired.urn);
    if (!preview) throw new StepFailed(message);
    progress.skippedCreates.delete(urn);
  }
}

function planComponent(
  { progress }: Deployment,
  { desired, old }: { desired: ResourceState; old: ResourceState | undefined },
): Plan {
  if (old?.custom) throw new Error("Cannot turn a managed resource into a component: give the component another name");
  const { kind } = decideComponent(old, desired.inputs);
  const wanted = { ...desired, outputs: old?.outputs ?? {}, created: old?.created, modified: old?.modified };
  const planned = step(kind === "same" || kind === "update" ? kind : "create", {
    old,
    new: kind === "same" ? keepIfEqual(old, wanted) : wanted,
  });
  progress.openComponents.set(desired.urn, planned);
  return { deletions: [], steps: [planned], component: true };
}

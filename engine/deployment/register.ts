import type { ResourceState } from "../state/resource.js";
import { createUrn, isProviderType } from "../urn.js";
import { defaultProvider } from "./default-provider.js";
import type { Deployment } from "./deployment.js";
import { executePlan } from "./execute-plan.js";
import { StepFailed } from "./executor.js";
import type { Goal } from "./goal.js";
import { planRegistration } from "./plan-registration.js";

/** How a registration ended. `skipped`: something it depends on failed, or the operation is not about it. */
export type Registration =
  | { outcome: "succeeded"; urn: string; state: ResourceState }
  | { outcome: "failed" | "skipped"; urn: string };

/**
 * One registration of the program: plans what to do about the resource and does it.
 * @throws {Stopped} {@link StepFailed} when the run ends with it
 */
export async function registerResource(deployment: Deployment, goal: Goal): Promise<Registration> {
  const { progress } = deployment;
  const urn = createUrn({ ...goal, stack: deployment.stack, project: deployment.project.name });
  claim(deployment, urn);
  if (isBlocked(deployment, goal)) return skip(deployment, goal, urn);
  try {
    const provider =
      goal.custom && !isProviderType(goal.type) ? await defaultProvider(deployment, goal.type) : undefined;
    const plan = await oneAtATime(deployment, () => planRegistration(deployment, goal, { urn, provider }));
    if (plan === undefined) return { outcome: "skipped", urn };
    const state = await executePlan(deployment, plan);
    progress.registered.set(urn, state);
    return { outcome: "succeeded", urn, state };
  } catch (error) {
    if (!(error instanceof StepFailed) || !deployment.continueOnError) throw error;
    progress.failed.add(urn);
    return { outcome: "failed", urn };
  }
}

function claim(deployment: Deployment, urn: string): void {
  const { claimed } = deployment.progress;
  if (claimed.has(urn)) {
    const message = `Duplicate resource URN '${urn}'; try giving it a unique name`;
    deployment.executor.fail(message, urn);
    throw new StepFailed(message);
  }
  claimed.add(urn);
}

/** Plans look at what other plans decided, so there is one at a time; steps run side by side. */
function oneAtATime<T>({ progress }: Deployment, plan: () => Promise<T>): Promise<T> {
  const planned = progress.planning.then(plan);
  progress.planning = planned.catch(() => {});
  return planned;
}

function isBlocked({ progress: { failed } }: Deployment, goal: Goal): boolean {
  const needed = [
    goal.parent,
    goal.deletedWith,
    ...goal.dependencies,
    ...Object.values(goal.propertyDependencies).flat(),
  ];
  return failed.size > 0 && needed.some((urn) => urn !== undefined && failed.has(urn));
}

/** The resource stays as it is. */
function skip({ progress, olds }: Deployment, goal: Goal, urn: string): Registration {
  progress.failed.add(urn);
  for (const name of [urn, ...goal.aliases]) {
    const old = olds.get(name);
    if (old !== undefined) progress.kept.add(old);
  }
  return { outcome: "skipped", urn };
}

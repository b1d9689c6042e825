import { dependentsOf, inputsDuringReplacement, mustFollow } from "../dependents.js";
import type { Decision } from "../planner.js";
import * as adapter from "../providers/adapter.js";
import type { ResolvedHandler } from "../providers/providers.js";
import type { ResourceState } from "../state/resource.js";
import { isProviderType } from "../urn.js";
import type { PropertyMap } from "../values/value.js";
import { checkInputs } from "./check-inputs.js";
import type { Deletion } from "./delete.js";
import type { Deployment } from "./deployment.js";
import { plannedState } from "./desired.js";
import { StepFailed } from "./executor.js";
import { type DiffDetails, explain } from "./explain.js";
import type { Goal } from "./goal.js";
import type { Plan } from "./plan.js";
import type { Subject } from "./plan-managed.js";
import { step } from "./step.js";

/** Plans for a resource whose thing another one takes the place of. */
export async function planReplacement(
  deployment: Deployment,
  goal: Goal,
  subject: Subject & {
    resolved: ResolvedHandler;
    decision: Decision & { keys: string[] };
    diff: DiffDetails | undefined;
    /** The inputs, if they were checked as those of a new thing already. */
    checked: PropertyMap | undefined;
  },
): Promise<Plan> {
  const { desired, old, resolved, decision, diff } = subject;
  if (old === undefined) throw new TypeError("Cannot replace a resource that is not in the state");
  const { progress } = deployment;
  if (decision.kind === "replace" && old.protect && desired.protect) {
    const message = `unable to replace resource "${desired.urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\``;
    deployment.executor.fail(message, desired.urn);
    // A preview shows what calls for it all the same.
    if (!deployment.preview) throw new StepFailed(message);
  }
  // A new thing takes nothing over from the old one.
  const inputs =
    subject.checked ?? (await checkInputs(deployment, goal, { resolved, urn: desired.urn, remembered: undefined }));
  const wanted = plannedState(subject, decision, inputs);
  const why = { ...explain(old, inputs, diff), keys: decision.keys };
  progress.replaced.add(old.urn);
  const deletesFirst = decision.kind === "replace" && decision.first === "delete";
  const deletions = deletesFirst ? await planMakingRoom(deployment, old, decision.keys) : [];
  const marker = step("replace", { old, new: wanted }, why);
  const creation = step("create-replacement", { old, new: wanted }, why);
  if (decision.kind === "replace" && decision.first === "create") {
    return { deletions, steps: [{ ...creation, condemns: { ...old, delete: true } }, marker], component: false };
  }
  return { deletions, steps: [marker, creation], component: false };
}

/** The old resource and those that cannot stay while it is away. Plans look at the state as it was at the beginning. */
async function planMakingRoom(deployment: Deployment, old: ResourceState, keys: string[]): Promise<Deletion[]> {
  const { progress, base, providers } = deployment;
  const replaced = new Set([old.urn]);
  const deletions: Deletion[] = [{ state: old, keys, makingRoom: true }];
  for (const dependent of dependentsOf(old, base)) {
    if (!dependent.custom || dependent.external || dependent.pendingReplacement) continue;
    if (isProviderType(dependent.type) || progress.kept.has(dependent) || progress.deletedFirst.has(dependent.urn))
      continue;
    const reasons = await replaceKeys(dependent, replaced, providers);
    if (reasons === undefined) continue;
    if (dependent.delete) {
      progress.deletedEarly.add(dependent);
      deletions.push({ state: dependent });
      continue;
    }
    if (dependent.protect) throw new Error(protectedDependentMessage(dependent.urn, old.urn));
    replaced.add(dependent.urn);
    progress.deletedFirst.set(dependent.urn, reasons);
    deletions.push({ state: dependent, keys: reasons, makingRoom: true });
  }
  return deletions;
}

function protectedDependentMessage(dependent: string, urn: string): string {
  return `unable to replace resource "${dependent}" as part of replacing "${urn}" as it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your program and run \`up\`, or use the command \`state unprotect ${dependent}\``;
}

/** @returns the properties that force a dependent to be replaced too; `undefined` when it may stay */
async function replaceKeys(
  dependent: ResourceState,
  replaced: ReadonlySet<string>,
  providers: Deployment["providers"],
): Promise<string[] | undefined> {
  if (mustFollow(dependent, replaced)) return [];
  const inputs = inputsDuringReplacement(dependent, replaced);
  if (inputs === undefined) return undefined;
  const { handler } = await providers.handlerFor(dependent, dependent.outputs);
  const diff = await adapter.diff(handler, dependent, inputs);
  return diff.changes !== false && diff.replaces.length > 0 ? diff.replaces : undefined;
}

import type { PropertyChange } from "../../provider/handler.js";
import { dependentsOf, inputsDuringReplacement, mustFollow } from "../dependents.js";
import type { StepReason } from "../events.js";
import { applyIgnoreChanges } from "../ignore-changes.js";
import { changedKeys, type Decision, type DiffAnswer, decide, decideComponent, plannedOutputs } from "../planner.js";
import * as adapter from "../providers/adapter.js";
import type { ResolvedHandler } from "../providers/providers.js";
import type { ResourceState } from "../state/resource.js";
import { isProviderType } from "../urn.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import { plainOf } from "../values/plain.js";
import type { PropertyMap } from "../values/value.js";
import type { Deletion } from "./delete.js";
import type { Deployment } from "./deployment.js";
import { desiredState, keepIfEqual } from "./desired.js";
import { messageOf, StepFailed } from "./executor.js";
import type { Goal } from "./goal.js";
import { type Step, step } from "./step.js";

/** What a registration leads to: first deletions that make room, then steps one after another. */
export interface Plan {
  deletions: Deletion[];
  steps: Step[];
  /** Whether the resource's outputs come in a message of their own. */
  component: boolean;
}

/** @throws {StepFailed} when the resource is not valid or its provider cannot tell what to do; it has been reported */
export async function planRegistration(
  deployment: Deployment,
  goal: Goal,
  { urn, provider }: { urn: string; provider: string | undefined },
): Promise<Plan> {
  const parent = goal.parent === undefined ? undefined : deployment.progress.registered.get(goal.parent);
  const desired = desiredState(goal, { urn, provider, parent });
  try {
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
    if (progress.kept.has(old)) throw new Error(`Cannot use alias "${name}": another resource has taken it over`);
    progress.kept.add(old);
    if (name !== urn) snapshot.rename(name, urn);
    return old;
  }
  return undefined;
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

interface Subject {
  desired: ResourceState;
  old: ResourceState | undefined;
}

async function planManaged(deployment: Deployment, goal: Goal, subject: Subject): Promise<Plan> {
  const { desired, old } = subject;
  const resolved = await deployment.providers.handlerFor(desired, goal.inputs);
  const deletedFirst = old && deployment.progress.deletedFirst.get(old.urn);
  const remembered = old?.external || old?.pendingReplacement || deletedFirst ? undefined : old;
  const inputs = await checkInputs(deployment, goal, { resolved, urn: desired.urn, remembered });
  const diff = remembered && (await adapter.diff(resolved.handler, remembered, inputs));
  const decision = decide({
    old,
    inputs,
    diff,
    deletedFirst,
    containerReplaced:
      remembered?.deletedWith !== undefined && deployment.progress.replaced.has(remembered.deletedWith),
    deleteBeforeReplace: goal.deleteBeforeReplace,
  });
  if (decision.kind === "replace" || decision.kind === "recreate") {
    return planReplacement(deployment, goal, { ...subject, resolved, decision, diff });
  }
  const planned = plan(subject, decision, { inputs, stable: resolved.stable });
  const why = { ...explain(remembered, inputs, diff), reason: reasonOf(deployment, desired.urn, old) };
  return { deletions: [], steps: [step(decision.kind, { old, new: planned }, why)], component: false };
}

async function planReplacement(
  deployment: Deployment,
  goal: Goal,
  subject: Subject & {
    resolved: ResolvedHandler;
    decision: Decision & { keys: string[] };
    diff: DiffDetails | undefined;
  },
): Promise<Plan> {
  const { desired, old, resolved, decision, diff } = subject;
  if (old === undefined) throw new TypeError("Cannot replace a resource that is not in the state");
  const { progress } = deployment;
  if (decision.kind === "replace" && old.protect && desired.protect) {
    throw new Error(
      `unable to replace resource "${desired.urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run an update`,
    );
  }
  // A new thing takes nothing over from the old one.
  const inputs = await checkInputs(deployment, goal, { resolved, urn: desired.urn, remembered: undefined });
  const wanted = plan(subject, decision, { inputs, stable: resolved.stable });
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
    if (!dependent.custom || dependent.external || dependent.delete || dependent.pendingReplacement) continue;
    if (isProviderType(dependent.type) || progress.kept.has(dependent) || progress.deletedFirst.has(dependent.urn))
      continue;
    const reasons = await replaceKeys(dependent, replaced, providers);
    if (reasons === undefined) continue;
    replaced.add(dependent.urn);
    progress.deletedFirst.set(dependent.urn, reasons);
    deletions.push({ state: dependent, keys: reasons, makingRoom: true });
  }
  return deletions;
}

/** @returns the properties that force a dependent to be replaced too; `undefined` when it may stay */
async function replaceKeys(
  dependent: ResourceState,
  replaced: ReadonlySet<string>,
  providers: Deployment["providers"],
): Promise<string[] | undefined> {
  if (mustFollow(dependent, replaced)) return ["deletedWith"];
  const inputs = inputsDuringReplacement(dependent, replaced);
  if (inputs === undefined) return undefined;
  const { handler } = await providers.handlerFor(dependent, dependent.outputs);
  const diff = await adapter.diff(handler, dependent, inputs);
  return diff.changes !== false && diff.replaces.length > 0 ? diff.replaces : undefined;
}

type DiffDetails = DiffAnswer & { details: PropertyChange[] };

async function checkInputs(
  deployment: Deployment,
  goal: Goal,
  { resolved, urn, remembered }: { resolved: ResolvedHandler; urn: string; remembered: ResourceState | undefined },
): Promise<PropertyMap> {
  const { inputs: wanted, remarks } =
    remembered === undefined
      ? { inputs: goal.inputs, remarks: [] }
      : applyIgnoreChanges(remembered.inputs, goal.inputs, goal.ignoreChanges);
  for (const message of remarks) deployment.emit({ kind: "diagnostic", severity: "info", urn, message });
  // What an interrupted creation chose (names, paths, incarnation) is chosen again, so that what it left is found and adopted.
  const begun = resolved.stable ? deployment.interrupted.get(urn) : undefined;
  const olds = (remembered ?? begun)?.inputs ?? {};
  const { inputs, failures } = await adapter.check(resolved.handler, olds, wanted);
  if (failures.length === 0) return inputs;
  for (const { property, reason } of failures) {
    const where = property === "" ? "" : `. Examine values at '${goal.name}.${property}'`;
    deployment.executor.fail(`${goal.type} resource '${goal.name}' has a problem: ${reason}${where}`, urn);
  }
  throw new StepFailed("invalid resource");
}

/** The resource as it is expected to be after the step. */
function plan(
  { desired, old }: Subject,
  decision: Decision,
  { inputs, stable }: { inputs: PropertyMap; stable: boolean },
): ResourceState {
  const survives = decision.kind === "same" || decision.kind === "update";
  const outputs = plannedOutputs(decision, { old, inputs, stable });
  const wanted: ResourceState = {
    ...desired,
    id: survives ? old?.id : undefined,
    inputs,
    outputs: markSecretOutputs(outputs, inputs, desired.additionalSecretOutputs),
    created: survives ? old?.created : undefined,
    modified: survives ? old?.modified : undefined,
  };
  return decision.kind === "same" ? keepIfEqual(old, wanted) : wanted;
}

/** What the user is shown as the difference: what the provider says, else which declared properties changed. */
function explain(old: ResourceState | undefined, inputs: PropertyMap, diff: DiffDetails | undefined): Partial<Step> {
  if (old === undefined) return {};
  const diffs = changedKeys(old.inputs, inputs);
  if (diff !== undefined && diff.details.length > 0) return { diffs, details: diff.details };
  const details = diffs.map((path): PropertyChange => {
    const impact = diff?.replaces.includes(path) ? "replace" : "live";
    return {
      path,
      impact,
      old: plainOf(old.inputs[path] ?? null) ?? undefined,
      new: plainOf(inputs[path] ?? null) ?? undefined,
    };
  });
  return { diffs, details };
}

function reasonOf(
  { gone, interrupted }: Deployment,
  urn: string,
  old: ResourceState | undefined,
): StepReason | undefined {
  if (old !== undefined) return old.initErrors.length > 0 ? "unhealthy" : undefined;
  if (gone.has(urn)) return "gone";
  return interrupted.has(urn) ? "interrupted" : undefined;
}

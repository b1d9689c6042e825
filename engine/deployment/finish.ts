import { type ResourceState, referencesOf } from "../state/resource.js";
import { rootUrn } from "../urn.js";
import { equal } from "../values/equal.js";
import { type Deletion, deleteResources } from "./delete.js";
import type { Deployment } from "./deployment.js";
import { type Executor, Stopped } from "./executor.js";
import { reportComponent } from "./register-outputs.js";
import { step } from "./step.js";

/** Deletes what the program no longer registers, and the old halves of replacements. Only for programs that ended well. */
export async function deleteLeftovers(deployment: Deployment): Promise<void> {
  const { base, progress, executor, selection, preview } = deployment;
  const registered = [...base.map(({ urn }) => urn), ...progress.claimed];
  const missing = missingIn(selection.named().all, new Set(registered));
  const needed = neededByFailed(deployment);
  const mayDelete = selection.deletable(base);
  const unasked: string[] = [];
  const untouched: ResourceState[] = [];
  const deletions = base.flatMap((state): Deletion[] => {
    const half = progress.condemned.get(state);
    const isLeftOver =
      half !== undefined || !(needed.has(state.urn) || progress.kept.has(state) || progress.deletedEarly.has(state));
    const answer = isLeftOver ? mayDelete(state.urn) : "no";
    if (isLeftOver && answer === "no" && !state.delete) untouched.push(state);
    if (answer === "no") return [];
    if (answer === "unasked") unasked.push(state.urn);
    return [half !== undefined ? { state: half } : { state, alreadyGone: progress.deletedFirst.has(state.urn) }];
  });
  for (const urn of unasked) {
    const message = `Resource '${urn}' will be destroyed but was not specified in --target list.\nEither include resource in --target list or pass --target-dependents to proceed.`;
    executor.fail(message, urn);
  }
  if (unasked.length === 0 || preview) {
    for (const state of untouched) await leaveAlone(executor, state);
    await deleteResources(deployment, deletions);
  }
  for (const message of missing) executor.fail(message);
}

/** What the operation is not about counts as unchanged. */
export async function leaveAlone(executor: Executor, state: ResourceState): Promise<void> {
  await executor.run(step("same", { old: state, new: state }), async () => {}, { light: true });
}

/** Reports the named resources that are not among `known`; the run ends with it. */
export function refuseUnknown(executor: Executor, named: string[], known: ReadonlySet<string>): void {
  const messages = missingIn(named, known);
  for (const message of messages) executor.fail(message);
  if (messages.length > 0) throw new Stopped();
}

function missingIn(named: string[], known: ReadonlySet<string>): string[] {
  return named
    .filter((urn) => !known.has(urn))
    .map((urn) => {
      const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
      return `Target '${urn}' could not be found in the stack.${hint}`;
    });
}

/** Applies the stack's outputs, reports what is still open and writes what is not written yet. */
export async function closeRun(deployment: Deployment, { succeeded }: { succeeded: boolean }): Promise<void> {
  const { progress, project, stack, snapshot } = deployment;
  const urn = rootUrn(stack, project.name);
  const root = progress.registered.get(urn);
  if (root !== undefined && progress.stackOutputs !== undefined) {
    // What a failed run did not get to is what it was.
    const outputs = succeeded ? progress.stackOutputs : { ...root.outputs, ...progress.stackOutputs };
    if (!equal(root.outputs, outputs)) {
      const changed = { ...root, outputs };
      progress.registered.set(urn, changed);
      snapshot.defer((resources) => resources.swap(root, changed));
    }
  }
  // The root was registered first and is reported last.
  for (const open of [...progress.openComponents.keys()].reverse()) reportComponent(deployment, open);
  await snapshot.flush();
}

/** URNs that resources depend on which stay as they were because something failed. */
function neededByFailed({ base, progress }: Deployment): Set<string> {
  const needed = new Set<string>();
  if (progress.failed.size === 0) return needed;
  for (const state of [...base].reverse() as ResourceState[]) {
    if (progress.failed.has(state.urn) || needed.has(state.urn)) for (const urn of referencesOf(state)) needed.add(urn);
  }
  return needed;
}

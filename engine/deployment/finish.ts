import { type ResourceState, referencesOf } from "../state/resource.js";
import { rootUrn } from "../urn.js";
import { equal } from "../values/equal.js";
import { type Deletion, deleteResources } from "./delete.js";
import type { Deployment } from "./deployment.js";
import { reportComponent } from "./register-outputs.js";

/** Deletes what the program no longer registers, and the old halves of replacements. Only for programs that ended well. */
export async function deleteLeftovers(deployment: Deployment): Promise<void> {
  const { base, progress } = deployment;
  const needed = neededByFailed(deployment);
  const deletions = base.flatMap((state): Deletion[] => {
    const half = progress.condemned.get(state);
    if (half !== undefined) return [{ state: half }];
    if (needed.has(state.urn) || progress.kept.has(state)) return [];
    return [{ state, alreadyGone: progress.deletedFirst.has(state.urn) }];
  });
  await deleteResources(deployment, deletions);
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

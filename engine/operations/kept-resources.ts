import type { Deployment } from "../deployment/deployment.js";
import { leaveAlone } from "../deployment/finish.js";
import { mapReferences, providerUrn, type ResourceState } from "../state/resource.js";
import { ROOT_STACK_TYPE } from "../urn.js";

/** Whether a resource survives the end of everything else. */
export type Keep = (resource: { urn: string; type: string }) => boolean;

/**
 * Lets some resources outlive a destruction: they stay with what holds them together (components, the root, their provider), and
 * forget what goes. They forget it before it goes, so that whatever ends the run leaves a state that is whole; a later `up` learns
 * of it again.
 */
export async function keepResources({ base, progress, snapshot, executor }: Deployment, keep: Keep): Promise<void> {
  const parents: Parents = new Map(base.map(({ urn, parent }) => [urn, parent]));
  const kept = withHolders(base, keep, parents);
  for (const state of kept) {
    progress.kept.add(state);
    await leaveAlone(executor, state);
  }
  const urns = new Set([...kept].map(({ urn }) => urn));
  await snapshot.end(undefined, (resources) => {
    for (const state of kept) resources.swap(state, withoutOthers(state, urns, parents));
  });
}

/** By URN. */
type Parents = ReadonlyMap<string, string | undefined>;

/** What is kept and what holds it, which comes earlier in the state. */
function withHolders(base: readonly ResourceState[], keep: Keep, parents: Parents): Set<ResourceState> {
  const components = new Set(base.filter(({ custom }) => !custom).map(({ urn }) => urn));
  const kept = new Set<ResourceState>();
  const holders = new Set<string>();
  for (const state of [...base].reverse()) {
    // The old half of a replacement goes in any case.
    if (state.delete || !(keep(state) || holders.has(state.urn))) continue;
    kept.add(state);
    if (state.provider !== undefined) holders.add(providerUrn(state.provider));
    // A parent that is a thing of its own goes; its component stays.
    const component = ancestor(state, components, parents);
    if (component !== undefined) holders.add(component);
  }
  return kept;
}

function withoutOthers(state: ResourceState, kept: ReadonlySet<string>, parents: Parents): ResourceState {
  const pruned = mapReferences(state, (urn) => (kept.has(urn) ? urn : undefined));
  // What the stack showed of things that are gone would mislead.
  const outputs = state.type === ROOT_STACK_TYPE ? {} : state.outputs;
  return { ...pruned, outputs, parent: ancestor(state, kept, parents) };
}

/** The nearest resource above that is one of `wanted`. */
function ancestor({ parent }: ResourceState, wanted: ReadonlySet<string>, parents: Parents): string | undefined {
  let urn = parent;
  while (urn !== undefined && !wanted.has(urn)) urn = parents.get(urn);
  return urn;
}

import type { Crypter } from "../secrets.js";
import { encodeResource, manifestNow } from "./checkpoint.js";
import { groupCommit } from "./group-commit.js";
import { mapReferences, type PendingKind, type PendingOperation, type ResourceState } from "./resource.js";

/**
 * The state of a stack during a run, kept on disk step by step: what a step is about to do is written before the step
 * begins, and what it did before the step counts as done. Whatever kills the run, the file tells what may exist.
 */
export interface Snapshot {
  /** Resources finished in this run in their order of completion, then the old ones not yet handled in their old order. */
  resources(): ResourceState[];
  /** Resolves when the intent is on disk. */
  begin(type: PendingKind, resource: ResourceState): Promise<PendingOperation>;
  /** Ends a step: applies `change` and resolves when it is on disk. */
  end(pending: PendingOperation | undefined, change: (resources: ResourceEdits) => void): Promise<void>;
  /** Applies a change that need not be on disk before the run goes on. */
  defer(change: (resources: ResourceEdits) => void): void;
  /** From now on every mention of `old` is written as `renamed`. */
  rename(old: string, renamed: string): void;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
}

/** The changes a step may make. States are known by identity, those that were changed also by what they were before. */
export interface ResourceEdits {
  /** Adds a finished resource; `old` is what it supersedes. */
  put(state: ResourceState, old?: ResourceState): void;
  /** Changes a resource where it is. */
  swap(old: ResourceState, state: ResourceState): void;
  remove(state: ResourceState): void;
}

/** @param options.write replaces the stack's file; without it (previews) nothing is ever written */
export function openSnapshot(options: {
  stack: string;
  project: string;
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
  crypter: Crypter;
  write: ((checkpoint: string) => Promise<void>) | undefined;
  /** Whether there is no such file yet, or one that has to be encrypted anew. */
  isNew: boolean;
}): Snapshot {
  const base = options.resources.map((state): Slot => ({ state }));
  const finished: Slot[] = [];
  const slots = new Map<ResourceState, Slot>();
  for (const slot of base) if (slot.state !== undefined) slots.set(slot.state, slot);
  // Other interrupted operations need no memory: the resources they were about are in the state.
  let interrupted = options.pendingOperations.filter(({ type }) => type === "creating");
  const open = new Set<PendingOperation>();
  const renames = new Map<string, string>();
  const textOf = cachedText(options.crypter);
  let written: Written | undefined = options.isNew
    ? undefined
    : { resources: new Set(options.resources), pending: new Set(options.pendingOperations) };

  const edits: ResourceEdits = {
    put(state, old) {
      if (old !== undefined) edits.remove(old);
      const slot: Slot = { state };
      finished.push(slot);
      slots.set(state, slot);
      interrupted = interrupted.filter(({ resource }) => resource.urn !== state.urn);
    },
    swap(old, state) {
      const slot = slots.get(old);
      if (slot === undefined) return;
      slot.state = state;
      slots.set(state, slot);
    },
    remove(state) {
      const slot = slots.get(state);
      if (slot !== undefined) slot.state = undefined;
    },
  };

  const statesOf = (list: Slot[]) => list.flatMap(({ state }) => state ?? []);
  const renamed = (state: ResourceState) =>
    renames.size === 0 ? state : mapReferences(state, (urn) => renames.get(urn) ?? urn);
  const resources = () => [...statesOf(finished), ...statesOf(base).map(renamed)];

  const commit = groupCommit(async () => {
    const { write } = options;
    if (write === undefined) return;
    const now = { resources: new Set(resources()), pending: new Set([...interrupted, ...open]) };
    // Another order of the same resources is as good as the one on disk.
    if (written && sameMembers(now.resources, written.resources) && sameMembers(now.pending, written.pending)) return;
    await write(checkpointText(options, contentOf([...now.resources], [...now.pending], textOf)));
    written = now;
  });

  return {
    resources,
    async begin(type, resource) {
      const pending = { type, resource };
      open.add(pending);
      await commit();
      return pending;
    },
    async end(pending, change) {
      if (pending !== undefined) open.delete(pending);
      change(edits);
      await commit();
    },
    defer: (change) => change(edits),
    rename: (old, name) => renames.set(old, name),
    flush: commit,
  };
}

/** A place in the order of resources; empty when the resource is gone or has moved. */
interface Slot {
  state: ResourceState | undefined;
}

/** What the file holds. */
interface Written {
  resources: Set<ResourceState>;
  pending: Set<PendingOperation>;
}

function sameMembers<T>(a: Set<T>, b: Set<T>): boolean {
  return a.size === b.size && [...a].every((member) => b.has(member));
}

/** A run writes the file many times, and most resources do not change in between. */
function cachedText(crypter: Crypter): (state: ResourceState) => string {
  const texts = new WeakMap<ResourceState, string>();
  return (state) => {
    const known = texts.get(state);
    if (known !== undefined) return known;
    const text = JSON.stringify(encodeResource(state, crypter));
    texts.set(state, text);
    return text;
  };
}

function contentOf(
  resources: ResourceState[],
  pending: PendingOperation[],
  textOf: (state: ResourceState) => string,
): string {
  const fields: string[] = [];
  if (resources.length > 0) fields.push(`"resources":[${resources.map(textOf).join(",")}]`);
  if (pending.length > 0) {
    const operations = pending.map(({ resource, type }) => `{"resource":${textOf(resource)},"type":"${type}"}`);
    fields.push(`"pending_operations":[${operations.join(",")}]`);
  }
  return fields.map((field) => `${field},`).join("");
}

function checkpointText(
  { stack, project, crypter }: { stack: string; project: string; crypter: Crypter },
  content: string,
): string {
  const manifest = JSON.stringify(manifestNow());
  const secrets = JSON.stringify({ type: "passphrase", state: { salt: crypter.salt } });
  const name = JSON.stringify(`organization/${project}/${stack}`);
  return `{"version":3,"checkpoint":{"stack":${name},"latest":{"manifest":${manifest},"secrets_providers":${secrets},${content}"metadata":{}}}}`;
}

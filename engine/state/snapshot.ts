import type { Crypter } from "../secrets.js";
import { type CheckpointFrame, checkpointText, encodeResource } from "./checkpoint.js";
import { groupCommit } from "./group-commit.js";
import { createLedger, type Entry } from "./ledger.js";
import type { PendingKind, PendingOperation, ResourceState } from "./resource.js";
import type { StateFile } from "./state-file.js";

/**
 * The state of a stack during a run, kept on disk step by step: what a step is about to do is written before the step
 * begins, and what it did before the step counts as done. Whatever kills the run, the disk tells what may exist.
 */
export interface Snapshot {
  /** Resources finished in this run in their order of completion, then the old ones not yet handled in their old order. */
  resources(): ResourceState[];
  /** Resolves when the intent is on disk. */
  begin(type: PendingKind, resource: ResourceState): Promise<Operation>;
  /** Ends a step: applies `change` and resolves when it is on disk. */
  end(operation: Operation | undefined, change: (resources: ResourceEdits) => void): Promise<void>;
  /** Applies a change that need not be on disk before the run goes on. */
  defer(change: (resources: ResourceEdits) => void): void;
  /** From now on every mention of `old` is written as `renamed`. */
  rename(old: string, renamed: string): void;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
  /** The operations under way. */
  pending(): PendingOperation[];
  /** Writes the stack's file as a whole, as it was when the snapshot was opened. To be called before anything else. */
  rewrite(): Promise<void>;
  /** Brings the stack's file up to date. Until that has succeeded, nobody else may have the stack. */
  close(): Promise<void>;
  /** The same at once, for a process that is about to end. */
  closeNow(): void;
}

/** A step under way. */
export interface Operation {
  number: number;
}

/** The changes a step may make. States are known by identity, those that were changed also by what they were before. */
export interface ResourceEdits {
  /** Adds a finished resource; `old` is what it supersedes. */
  put(state: ResourceState, old?: ResourceState): void;
  /** Adds a resource that was found, after those that were there at the beginning. */
  append(state: ResourceState): void;
  /** Settles the interrupted creations of a URN. */
  forget(urn: string): void;
  /** Changes a resource where it is. */
  swap(old: ResourceState, state: ResourceState): void;
  remove(state: ResourceState): void;
}

/** @param options.file where the state is kept; without it (previews) nothing is ever written */
export function openSnapshot(options: {
  frame: CheckpointFrame;
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
  crypter: Crypter;
  file: StateFile | undefined;
}): Snapshot {
  const { frame, file } = options;
  const ledger = createLedger(options.resources, options.pendingOperations);
  const slots = new Map(options.resources.map((state, slot) => [state, slot]));
  const textOf = cachedText(options.crypter);
  let nextSlot = options.resources.length;
  let nextOperation = 0;
  let queue: Line[] = [];
  let isClosed = false;

  const commit = groupCommit(async () => {
    const lines = queue;
    // Another order of the same resources is as good as the one on disk.
    if (file === undefined || lines.every(({ matters }) => !matters)) return;
    queue = [];
    try {
      await file.append(lines.map(({ text }) => text));
    } catch (error) {
      queue = [...lines, ...queue];
      throw error;
    }
  });

  /** Entries that are added together count together. */
  function add(entries: Entry<ResourceState>[]): void {
    // Work that a run did not wait for any more may end after it.
    if (isClosed) throw new Error("Cannot record a step: the run is over");
    for (const entry of entries) ledger.apply(entry);
    if (file === undefined || entries.length === 0) return;
    queue.push({
      text: `[${entries.map((entry) => entryText(entry, textOf)).join(",")}]`,
      matters: entries.some((entry) => !("keep" in entry)),
    });
  }

  function entriesOf(change: (resources: ResourceEdits) => void): Entry<ResourceState>[] {
    const entries: Entry<ResourceState>[] = [];
    change({
      put(state, old) {
        const over = old === undefined ? undefined : slots.get(old);
        if (state === old && over !== undefined) entries.push({ keep: over });
        else {
          slots.set(state, nextSlot);
          entries.push({ put: state, slot: nextSlot, over });
          nextSlot += 1;
        }
      },
      append(state) {
        slots.set(state, nextSlot);
        entries.push({ append: state, slot: nextSlot });
        nextSlot += 1;
      },
      forget(urn) {
        if (ledger.pending().some(({ resource }) => resource.urn === urn)) entries.push({ forget: urn });
      },
      swap(old, state) {
        const slot = slots.get(old);
        if (slot === undefined) return;
        slots.set(state, slot);
        entries.push({ swap: slot, by: state });
      },
      remove(state) {
        const slot = slots.get(state);
        if (slot !== undefined) entries.push({ remove: slot });
      },
    });
    return entries;
  }

  const text = () =>
    checkpointText(frame, {
      resources: ledger.resources().map(textOf),
      pending: ledger.pending().map(({ type, resource }) => ({ type, resource: textOf(resource) })),
    });

  return {
    resources: ledger.resources,
    pending: ledger.pending,
    async begin(type, resource) {
      const operation = { number: nextOperation };
      nextOperation += 1;
      add([{ begin: operation.number, type, resource }]);
      try {
        await commit();
      } catch (error) {
        // Nothing begins that nobody would know of.
        add([{ end: operation.number }]);
        throw error;
      }
      return operation;
    },
    async end(operation, change) {
      add([...entriesOf(change), ...(operation === undefined ? [] : [{ end: operation.number }])]);
      await commit();
    },
    defer: (change) => add(entriesOf(change)),
    rename: (old, name) => add([{ rename: [old, name] }]),
    flush: commit,
    rewrite: async () => file?.replace(text()),
    async close() {
      isClosed = true;
      await commit().catch(() => {});
      if (ledger.changed()) await file?.replace(text());
      else await file?.discardJournal();
    },
    closeNow() {
      if (ledger.changed()) file?.replaceNow(text());
      else file?.discardJournalNow();
    },
  };
}

interface Line {
  text: string;
  /** Whether a run that dies loses something by it. */
  matters: boolean;
}

function entryText(entry: Entry<ResourceState>, textOf: (state: ResourceState) => string): string {
  if ("put" in entry) {
    const over = entry.over === undefined ? "" : `,"over":${entry.over}`;
    return `{"put":${textOf(entry.put)},"slot":${entry.slot}${over}}`;
  }
  if ("append" in entry) return `{"append":${textOf(entry.append)},"slot":${entry.slot}}`;
  if ("swap" in entry) return `{"swap":${entry.swap},"by":${textOf(entry.by)}}`;
  if ("begin" in entry) {
    return `{"begin":${entry.begin},"type":"${entry.type}","resource":${textOf(entry.resource)}}`;
  }
  return JSON.stringify(entry);
}

/** A resource is often written several times, and most do not change in between. */
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

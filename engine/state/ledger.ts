import { mapReferences, type PendingKind, type References } from "./resource.js";

/** One change of a state. Resources are known by their place: those of the checkpoint count from 0, later ones follow. */
export type Entry<T> =
  /** A finished resource; `over` is the place of what it supersedes. */
  | { put: T; slot: number; over?: number | undefined }
  /** A resource that is found beside those of the checkpoint, after all of them. */
  | { append: T; slot: number }
  /** The interrupted creations of this URN are settled. */
  | { forget: string }
  /** The resource was handled and is as it was. */
  | { keep: number }
  /** A resource changes where it is. */
  | { swap: number; by: T }
  | { remove: number }
  /** A step begins. */
  | { begin: number; type: PendingKind; resource: T }
  /** A step has ended, whatever became of it. */
  | { end: number }
  /** From now on every mention of the first URN is one of the second. */
  | { rename: [from: string, to: string] };

export interface Pending<T> {
  type: PendingKind;
  resource: T;
}

/**
 * The contents of a state as entries are added: the same rules for a run that makes them and for one that reads what a
 * killed run has left.
 */
export interface Ledger<T> {
  apply(entry: Entry<T>): void;
  /** Resources finished in this run in their order of completion, then the old ones not yet handled in their old order. */
  resources(): T[];
  pending(): Pending<T>[];
  /** Whether the contents differ from those at the beginning; another order of the same is no difference. */
  changed(): boolean;
}

export function createLedger<T extends References & { urn: string }>(
  resources: readonly T[],
  pending: readonly Pending<T>[],
): Ledger<T> {
  const slots: (T | undefined)[] = [...resources];
  const finished: number[] = [];
  const isFinished = new Set<number>();
  const open = new Map<number, Pending<T>>();
  // Other interrupted operations need no memory: the resources they were about are in the state.
  let interrupted = pending.filter(({ type }) => type === "creating");
  let changed = interrupted.length < pending.length;
  const renames = new Map<string, string>();
  const renamed = (state: T) => mapReferences(state, (urn) => renames.get(urn) ?? urn);

  function finish(slot: number): void {
    if (isFinished.has(slot)) return;
    isFinished.add(slot);
    finished.push(slot);
  }

  function rename(from: string, to: string): void {
    renames.set(from, to);
    for (const [index, state] of slots.entries()) if (state !== undefined) slots[index] = renamed(state);
  }

  return {
    apply(entry) {
      if ("keep" in entry) return finish(entry.keep);
      if ("begin" in entry) return void open.set(entry.begin, { type: entry.type, resource: entry.resource });
      if ("end" in entry) return void open.delete(entry.end);
      changed = true;
      if ("put" in entry) {
        if (entry.over !== undefined) slots[entry.over] = undefined;
        slots[entry.slot] = entry.put;
        finish(entry.slot);
      } else if ("append" in entry) slots[entry.slot] = entry.append;
      else if ("forget" in entry) interrupted = interrupted.filter(({ resource }) => resource.urn !== entry.forget);
      else if ("swap" in entry) slots[entry.swap] = isFinished.has(entry.swap) ? entry.by : renamed(entry.by);
      else if ("remove" in entry) slots[entry.remove] = undefined;
      else rename(...entry.rename);
    },
    resources() {
      const rest = [...slots.keys()].filter((slot) => !isFinished.has(slot));
      return [...finished, ...rest].flatMap((slot) => slots[slot] ?? []);
    },
    pending: () => [...interrupted, ...open.values()],
    changed: () => changed || open.size > 0,
  };
}

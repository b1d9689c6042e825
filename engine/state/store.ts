import { readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ResourceChanges } from "../events.js";
import { type Checkpoint, checkpointText, parseCheckpoint } from "./checkpoint.js";
import { decompress, keepCopy, removeFile, removeUnfinished, writeFileAtomically } from "./files.js";
import { digestOf, readJournal, type StoredJournal } from "./journal.js";
import { namesIn, type StackPaths } from "./layout.js";
import { createLedger } from "./ledger.js";
import { saveCheckpoint } from "./state-file.js";

/** A stack's state as found. */
export interface StoredState {
  /** What a killed run had done counts; `undefined` when there is no such stack. */
  checkpoint: Checkpoint | undefined;
  /** Of the stack's file. */
  digest: string;
  /** What a killed run has left beside it. `foreign`: it continues another state than the one that is there. */
  journal: "none" | "counted" | "obsolete" | "foreign";
}

/** Reads a stack's state. Another run may be writing it meanwhile. */
export async function loadState(paths: StackPaths): Promise<StoredState> {
  // In this order: a run that ends in between has taken the journal into the checkpoint.
  const journal = await readJournal(paths.journal);
  const file = await newestVariant(paths);
  const bytes = file === undefined ? undefined : await readFile(file);
  const digest = digestOf(bytes);
  const checkpoint =
    bytes === undefined ? undefined : parseCheckpoint(await decompress(bytes, file ?? ""), file ?? paths.checkpoint);
  if (journal === undefined) return { checkpoint, digest, journal: "none" };
  if (journal.foldedInto === digest) return { checkpoint, digest, journal: "obsolete" };
  if (journal.base !== digest) return { checkpoint, digest, journal: "foreign" };
  return { checkpoint: continued(checkpoint, journal), digest, journal: "counted" };
}

/** @returns what a stack holds, or `undefined` when there is no such stack */
export async function loadCheckpoint(paths: StackPaths): Promise<Checkpoint | undefined> {
  return (await loadState(paths)).checkpoint;
}

/**
 * Reads a stack's state for a run that is going to write it: what a killed run has left beside the stack's file is taken
 * into it first. Nobody else may have the stack.
 * @returns notices for the user
 */
export async function recoverState(
  paths: StackPaths,
  { stack, project }: { stack: string; project: string },
): Promise<StoredState & { notices: string[] }> {
  await clearUnfinished(paths, stack);
  const found = await loadState(paths);
  if (found.journal === "foreign") {
    const aside = `${paths.journal}.${nanoseconds()}`;
    await rename(paths.journal, aside);
    const notice = `A killed run has left a journal that does not continue the state of stack "${stack}": the state was changed by somebody else since. The journal is kept as ${aside}; what it created is adopted where resources of this package are declared, anything else has to be looked for by hand`;
    return { ...found, notices: [notice] };
  }
  if (found.journal === "obsolete") await removeFile(paths.journal);
  if (found.journal !== "counted" || found.checkpoint === undefined) return { ...found, notices: [] };
  const { salt, resources, pendingOperations } = found.checkpoint;
  const text = checkpointText(
    { stack, project, salt },
    {
      resources: resources.map((state) => JSON.stringify(state)),
      pending: pendingOperations.map(({ type, resource }) => ({ type, resource: JSON.stringify(resource) })),
    },
  );
  await saveCheckpoint(paths, text);
  await removeFile(paths.journal);
  return { checkpoint: parseCheckpoint(text, paths.checkpoint), digest: digestOf(text), journal: "none", notices: [] };
}

async function clearUnfinished(paths: StackPaths, stack: string): Promise<void> {
  await removeUnfinished(dirname(paths.checkpoint), `${stack}.json`);
  await removeUnfinished(paths.history, "");
  await removeUnfinished(paths.backups, "");
}

/** One finished operation, as `pulumi stack history` shows it. */
export interface HistoryEntry {
  kind: "update" | "refresh" | "destroy";
  startTime: number;
  endTime: number;
  message: string;
  result: "succeeded" | "failed";
  resourceChanges: ResourceChanges;
  config: Record<string, unknown>;
}

/** Keeps the final state of an operation among the backups, and together with `entry` in the history. */
export async function recordOperation(paths: StackPaths, stack: string, entry: HistoryEntry): Promise<void> {
  const now = nanoseconds();
  const history = join(paths.history, `${stack}-${now}`);
  await Promise.all([
    keepCopy(paths.checkpoint, join(paths.backups, `${stack}.${now}.json`)),
    keepCopy(paths.checkpoint, `${history}.checkpoint.json`),
    writeFileAtomically(`${history}.history.json`, JSON.stringify({ ...entry, environment: {}, version: 0 }), {
      mode: 0o600,
    }),
  ]);
}

/** Removes a stack's files as `pulumi stack rm` does: the last state stays as `.bak`, and the backups stay. */
export async function removeStackFiles(paths: StackPaths): Promise<void> {
  await keepCopy(paths.checkpoint, `${paths.checkpoint}.bak`);
  const history = (await namesIn(paths.history)).map((name) => join(paths.history, name));
  const files = [paths.checkpoint, ...paths.variants, paths.journal, paths.tags, ...history];
  for (const path of files) await removeFile(path);
}

function continued(checkpoint: Checkpoint | undefined, journal: StoredJournal): Checkpoint {
  const ledger = createLedger(checkpoint?.resources ?? [], checkpoint?.pendingOperations ?? []);
  for (const entry of journal.entries) ledger.apply(entry);
  return {
    stack: checkpoint?.stack ?? "",
    manifest: checkpoint?.manifest ?? { magic: "", version: "" },
    salt: journal.salt ?? checkpoint?.salt,
    resources: ledger.resources(),
    pendingOperations: ledger.pending(),
  };
}

async function newestVariant(paths: StackPaths): Promise<string | undefined> {
  const found = await Promise.all(
    [paths.checkpoint, ...paths.variants].map(async (path) => {
      const time = await stat(path).then(
        (file) => file.mtimeMs,
        () => undefined,
      );
      return time === undefined ? [] : [{ path, time }];
    }),
  );
  return found.flat().sort((a, b) => b.time - a.time)[0]?.path;
}

/** 19 digits, so that names sort by time. The clock has milliseconds; the rest keeps names of one process apart. */
export function nanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
}

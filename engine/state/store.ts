import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ResourceChanges } from "../events.js";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.js";
import { keepCopy, readText, removeFile, writeFileAtomically } from "./files.js";
import { namesIn, type StackPaths } from "./layout.js";

/** @returns the stack's state, or `undefined` when there is no such stack */
export async function loadCheckpoint(paths: StackPaths): Promise<Checkpoint | undefined> {
  const file = await newestVariant(paths);
  const text = file === undefined ? undefined : await readText(file);
  return file === undefined || text === undefined ? undefined : parseCheckpoint(text, file);
}

/** Replaces the stack's file; the one before it stays beside it as `.bak`. State files are for their owner's eyes only. */
export async function saveCheckpoint(paths: StackPaths, text: string): Promise<void> {
  await keepCopy(paths.checkpoint, `${paths.checkpoint}.bak`);
  await writeFileAtomically(paths.checkpoint, text, { mode: 0o600 });
}

/** Removes what the Pulumi CLI wrote compressed: once there is a plain file, that one counts. */
export async function retireVariants(paths: StackPaths): Promise<void> {
  for (const variant of paths.variants) {
    await keepCopy(variant, `${paths.checkpoint}.bak`);
    await removeFile(variant);
  }
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
  for (const path of [paths.checkpoint, ...paths.variants, paths.tags, ...history]) await removeFile(path);
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
function nanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { readText, writeFileAtomically } from "./files.js";

/** Where the things of one stack are, in the layout of Pulumi's file back end (version 1). */
export interface StackPaths {
  /** `<backend root>/.pulumi` */
  base: string;
  checkpoint: string;
  /** The compressed variants that the Pulumi CLI may have written instead. */
  variants: string[];
  /** What a run does until it is in the checkpoint. */
  journal: string;
  tags: string;
  backups: string;
  history: string;
  locks: string;
  /** What unfinished locks are named after. The Pulumi CLI takes every file in `locks` for a lock, so they lie elsewhere. */
  unfinishedLock: string;
}

export function stackPaths(root: string, project: string, stack: string): StackPaths {
  const base = join(root, ".pulumi");
  const checkpoint = join(base, "stacks", project, `${stack}.json`);
  return {
    base,
    checkpoint,
    variants: [`${checkpoint}.gz`, `${checkpoint}.zst`],
    journal: `${checkpoint}.journal`,
    tags: join(base, "stacks", project, `${stack}.pulumi-tags`),
    backups: join(base, "backups", project, stack),
    history: join(base, "history", project, stack),
    locks: join(base, "locks", "organization", project, stack),
    unfinishedLock: join(base, "locks", `${project}.${stack}`),
  };
}

/**
 * Makes sure that the folder is one this engine may read.
 * @throws {Error} for layouts older or newer than version 1
 */
export async function checkLayout(root: string): Promise<{ exists: boolean }> {
  const base = join(root, ".pulumi");
  const text = await readText(join(base, "meta.yaml"));
  if (text === undefined) {
    if (await hasLegacyStacks(base)) throw new Error(legacyRefusal(base));
    return { exists: false };
  }
  const version = (parse(text) as { version?: unknown } | null)?.version;
  if (version === 1) return { exists: true };
  if (version === 0) throw new Error(legacyRefusal(base));
  if (typeof version === "number") {
    throw new Error(`Cannot use the state in "${base}": its layout is version ${version}, this engine knows version 1`);
  }
  throw new Error(`Cannot use the state in "${base}": corrupt store, meta.yaml has no version`);
}

/** Marks a new folder as one of this layout. */
export async function initializeLayout(root: string): Promise<void> {
  await writeFileAtomically(join(root, ".pulumi", "meta.yaml"), "version: 1\n", { mode: 0o644 });
}

/** The names of the project's stacks. */
export async function listStacks(root: string, project: string): Promise<string[]> {
  const names = await namesIn(join(root, ".pulumi", "stacks", project));
  const stacks = names.flatMap((name) => /^(.+)\.json(\.gz|\.zst)?$/.exec(name)?.[1] ?? []);
  return [...new Set(stacks)].sort();
}

/** The names in a folder; none if it is missing. */
export async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

async function hasLegacyStacks(base: string): Promise<boolean> {
  return (await namesIn(join(base, "stacks"))).some((name) => /\.json(\.gz|\.zst)?$/.test(name));
}

function legacyRefusal(base: string): string {
  return `Cannot use the state in "${base}": it has the layout of old Pulumi versions (without projects); run \`pulumi state upgrade\` once`;
}

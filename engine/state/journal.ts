import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { pendingKind, type StoredResource, storedResource } from "./checkpoint.js";
import { createFile, readText, removeFile } from "./files.js";
import type { Entry } from "./ledger.js";

/**
 * What a run does to a state, beside the stack's file until the run ends: adding a line costs the same however large the
 * stack is. The first line names the checkpoint it continues; each other one is a list of entries that count together. A
 * line that a kill or a full disk cut short never counted, and nothing that counted comes after it.
 */
export interface Journal {
  /** Adds lines, each a list of entries, and resolves when they are on disk. */
  append(lines: string[]): Promise<void>;
  /** Says which checkpoint is about to take in the journal, so that a kill in between does not make it count twice. */
  foldingInto(digest: string): Promise<void>;
  /** Ends the journal: what it holds is in the checkpoint. */
  remove(): Promise<void>;
}

/** A journal as found. */
export interface StoredJournal {
  /** The digest of the checkpoint that it continues. */
  base: string;
  salt: string | undefined;
  /** The digest of the checkpoint that was to take it in, if the run came that far. */
  foldedInto: string | undefined;
  entries: Entry<StoredResource>[];
}

/** Names the content of a stack's file; a file that does not exist has one, too. */
export function digestOf(checkpoint: string | Buffer | undefined): string {
  return checkpoint === undefined ? "none" : createHash("sha256").update(checkpoint).digest("hex");
}

/** A journal to add to. The file is made with its first line, so a run that changes nothing makes none. */
export function createJournal(path: string, head: { base: string; salt: string }): Journal {
  let file: FileHandle | undefined;
  let good = 0;

  async function write(lines: string[]): Promise<void> {
    file ??= await createFile(path, { mode: 0o600 });
    const opening = good === 0 ? [JSON.stringify({ journal: VERSION, ...head })] : [];
    const bytes = Buffer.from([...opening, ...lines, ""].join("\n"));
    try {
      // A line that failed half-way is overwritten by the next one, and cut off in case there is none.
      await writeAll(file, bytes, good);
      await file.datasync();
      good += bytes.length;
    } catch (error) {
      await file.truncate(good).catch(() => {});
      throw new Error(`Cannot write "${path}": ${(error as Error).message}`, { cause: error });
    }
  }

  return {
    append: write,
    async foldingInto(digest) {
      if (good > 0) await write([JSON.stringify({ foldedInto: digest })]);
    },
    async remove() {
      await file?.close();
      file = undefined;
      good = 0;
      await removeFile(path);
    },
  };
}

/**
 * Reads the journal that a killed run has left, or that a run is writing now.
 * @returns `undefined` when there is none, or none whose first line was completed
 * @throws {Error} when it is of a later version of this engine
 */
export async function readJournal(path: string): Promise<StoredJournal | undefined> {
  const lines = completeLines((await readText(path)) ?? "");
  const head = header.safeParse(lines.shift());
  if (!head.success) return undefined;
  if (head.data.journal !== VERSION) {
    throw new Error(`Cannot read "${path}": it is of version ${head.data.journal}, this engine knows ${VERSION}`);
  }
  const { base, salt } = head.data;
  const journal: StoredJournal = { base, salt, foldedInto: undefined, entries: [] };
  for (const line of lines) {
    const parsed = body.safeParse(line);
    if (!parsed.success) break;
    if (Array.isArray(parsed.data)) journal.entries.push(...parsed.data);
    else journal.foldedInto = parsed.data.foldedInto;
  }
  return journal;
}

const VERSION = 1;

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

const header = z.object({ journal: z.number(), base: z.string(), salt: z.string().optional() });
const slot = z.int().nonnegative();
const entry: z.ZodType<Entry<StoredResource>> = z.union([
  z.object({ put: storedResource, slot, over: slot.optional() }),
  z.object({ append: storedResource, slot }),
  z.object({ forget: z.string() }),
  z.object({ keep: slot }),
  z.object({ swap: slot, by: storedResource }),
  z.object({ remove: slot }),
  z.object({ begin: slot, type: pendingKind, resource: storedResource }),
  z.object({ end: slot }),
  z.object({ rename: z.tuple([z.string(), z.string()]) }),
]);
const body = z.union([z.array(entry), z.object({ foldedInto: z.string() })]);

/** The lines that end and can be read; the first one that cannot ends the journal. */
function completeLines(text: string): unknown[] {
  const lines = text.split("\n").slice(0, -1);
  const parsed: unknown[] = [];
  for (const line of lines) {
    try {
      parsed.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return parsed;
}

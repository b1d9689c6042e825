import { rmSync } from "node:fs";
import { keepCopy, removeFile, writeFileAtomically, writeFileAtomicallyNow } from "./files.js";
import { createJournal, digestOf } from "./journal.js";
import type { StackPaths } from "./layout.js";

/** Where a run keeps its state: the stack's file, and beside it a journal of what the run has done so far. */
export interface StateFile {
  /** Adds lines to the journal; resolves when they are on disk. */
  append(lines: string[]): Promise<void>;
  /** Replaces the stack's file, and ends the journal that this takes in. */
  replace(checkpoint: string): Promise<void>;
  /** The same at once, for a process that is about to end. */
  replaceNow(checkpoint: string): void;
  /** Ends a journal in which nothing happened. */
  discardJournal(): Promise<void>;
  discardJournalNow(): void;
}

/**
 * @param digest of the checkpoint that is on disk
 * @param salt for what the journal encrypts
 */
export function openStateFile(paths: StackPaths, { digest, salt }: { digest: string; salt: string }): StateFile {
  let journal = createJournal(paths.journal, { base: digest, salt });
  return {
    append: (lines) => journal.append(lines),
    async replace(checkpoint) {
      const next = digestOf(checkpoint);
      await journal.foldingInto(next);
      await saveCheckpoint(paths, checkpoint);
      await journal.remove();
      journal = createJournal(paths.journal, { base: next, salt });
    },
    replaceNow(checkpoint) {
      writeFileAtomicallyNow(paths.checkpoint, checkpoint, { mode: 0o600 });
      for (const variant of paths.variants) rmSync(variant, { force: true });
      rmSync(paths.journal, { force: true });
    },
    discardJournal: () => journal.remove(),
    discardJournalNow: () => rmSync(paths.journal, { force: true }),
  };
}

/**
 * Replaces the stack's file; the one before it stays beside it as `.bak`. State files are for their owner's eyes only. What
 * the Pulumi CLI wrote compressed goes: once there is a plain file, that one counts.
 */
export async function saveCheckpoint(paths: StackPaths, text: string): Promise<void> {
  for (const path of [...paths.variants, paths.checkpoint]) await keepCopy(path, `${paths.checkpoint}.bak`);
  await writeFileAtomically(paths.checkpoint, text, { mode: 0o600 });
  for (const variant of paths.variants) await removeFile(variant);
}

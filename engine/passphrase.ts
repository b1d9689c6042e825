import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileOnce } from "./state/files.js";

export interface Passphrase {
  text: string;
  /** Says, once, that a passphrase was made up and where it is. */
  notice?: string;
}

/** The file for people who set nothing: secrets are encrypted from the first run on, and Pulumi's CLI can open the stack. */
export function passphraseFile(backendRoot: string): string {
  return join(backendRoot, ".pulumi", "passphrase");
}

/**
 * Finds the passphrase: `PULUMI_CONFIG_PASSPHRASE`, then `PULUMI_CONFIG_PASSPHRASE_FILE`, then the backend's own file.
 * @returns `undefined` when there is none
 * @throws {Error} when the named file cannot be read
 */
export async function findPassphrase(backendRoot: string, env: NodeJS.ProcessEnv): Promise<Passphrase | undefined> {
  // Set but empty is a valid passphrase, as for Pulumi.
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return { text: env.PULUMI_CONFIG_PASSPHRASE };
  const named = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (named !== undefined && named !== "") return { text: await readPassphrase(named) };
  const own = await readOwn(passphraseFile(backendRoot)).catch(absentIsUndefined);
  return own === undefined ? undefined : { text: own };
}

/** Makes up a passphrase and stores it. If another run stored one in the meantime, that one counts. */
export async function createPassphrase(backendRoot: string): Promise<Passphrase> {
  const file = passphraseFile(backendRoot);
  const text = randomBytes(24).toString("base64url");
  // Whole and on disk before anything is encrypted with it.
  if (!(await writeFileOnce(file, `${text}\n`, { mode: 0o600 }))) return { text: await readOwn(file) };
  const notice = `Secrets of this project are encrypted with a new passphrase in ${file}: keep that file (the Pulumi CLI reads it with PULUMI_CONFIG_PASSPHRASE_FILE=${file})`;
  return { text, notice };
}

async function readOwn(file: string): Promise<string> {
  const text = await readPassphrase(file);
  if (text !== "") return text;
  throw new Error(
    `Cannot use the passphrase in "${file}": the file is empty; restore it, or remove it if this project has no secrets yet`,
  );
}

/** Pulumi trims the file's content, and so must we, or the keys differ. */
async function readPassphrase(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trim();
}

function absentIsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

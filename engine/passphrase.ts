import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

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
  const own = await readPassphrase(passphraseFile(backendRoot)).catch(absentIsUndefined);
  return own === undefined ? undefined : { text: own };
}

/** Makes up a passphrase and stores it. If another run stored one in the meantime, that one counts. */
export async function createPassphrase(backendRoot: string): Promise<Passphrase> {
  const file = passphraseFile(backendRoot);
  await mkdir(dirname(file), { recursive: true });
  const text = randomBytes(24).toString("base64url");
  try {
    await writeFile(file, `${text}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return { text: await readPassphrase(file) };
    throw error;
  }
  const notice = `Secrets of this project are encrypted with a new passphrase in ${file}: keep that file (the Pulumi CLI reads it with PULUMI_CONFIG_PASSPHRASE_FILE=${file})`;
  return { text, notice };
}

/** Pulumi trims the file's content, and so must we, or the keys differ. */
async function readPassphrase(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trim();
}

function absentIsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

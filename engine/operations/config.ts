import { configPlace } from "../config-path.js";
import type { Crypter } from "../secrets.js";
import { readStackFile, type StackFile } from "../stack-config.js";
import { type ConfigScalar, removeConfigValue, setConfigValue, writeStackFile } from "../stack-config-edit.js";
import { type ConfigEntry, configEntries, configEntryAt } from "../stack-config-read.js";
import { loadCheckpoint } from "../state/store.js";
import { locateStack, type StackOptions } from "./locate-stack.js";
import { openStackSecrets } from "./stack-secrets.js";

/** Which value, and whether `key` goes on inside of it. */
interface Named extends StackOptions {
  key: string;
  path?: boolean;
}

/** A stack's configuration, by key. @param options.showSecrets in clear; masked otherwise, and then no passphrase is needed */
export async function listConfig(options: StackOptions & { showSecrets?: boolean }): Promise<ConfigEntry[]> {
  const file = await readStackFile(options.project, options.stack);
  return configEntries(options.project, file, options.showSecrets ? await decrypterFor(options, file) : undefined);
}

/** One value, in clear. @returns `undefined` when there is none */
export async function getConfig(options: Named): Promise<ConfigEntry | undefined> {
  const { project, stack, key, path = false } = options;
  const place = configPlace(project.name, key, { path });
  const file = await readStackFile(project, stack);
  return configEntryAt(project, file, place, await decrypterFor(options, file));
}

/**
 * Sets values in `Pulumi.<stack>.yaml`, all or none. The first secret gives the stack its salt.
 * @param options.path whether keys lead into values; then numbers, `true` and `false` are what they look like, and texts
 * everywhere else
 * @returns what the user should know, such as that a passphrase was made up
 */
export async function setConfig(
  options: StackOptions & { values: readonly { key: string; value: string }[]; path?: boolean; secret?: boolean },
): Promise<string[]> {
  const { project, stack, values, path = false, secret = false } = options;
  const places = values.map(({ key }) => configPlace(project.name, key, { path }));
  const file = await readStackFile(project, stack);
  const { crypter, salt, notices } = await saltFor(options, file, { create: secret });
  if (salt !== undefined && file.salt === undefined) file.document.set("encryptionsalt", salt);
  for (const [index, place] of places.entries()) {
    const text = values[index]?.value ?? "";
    const value = crypter === undefined ? scalarOf(text, place.inner.length > 0) : { secure: crypter.encrypt(text) };
    setConfigValue(file, { project: project.name, place, value });
  }
  await writeStackFile(file);
  return notices;
}

/** Removes a value; if there is none, nothing is written. */
export async function removeConfig(options: Named): Promise<void> {
  const { project, stack, key, path = false } = options;
  const place = configPlace(project.name, key, { path });
  const file = await readStackFile(project, stack);
  if (removeConfigValue(file, { project: project.name, place })) await writeStackFile(file);
}

/** Inside of values, what looks like a number or a truth value is one; `007` does not. */
function scalarOf(text: string, inside: boolean): ConfigScalar {
  if (!inside) return text;
  if (text === "true" || text === "false") return text === "true";
  const isWhole = /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
  return isWhole ? Number(text) : text;
}

/** The passphrase is asked for only when there is something to open. */
async function decrypterFor(options: StackOptions, file: StackFile): Promise<(ciphertext: string) => string> {
  if (!file.document.toString().includes("secure:")) return (text) => text;
  const { secrets } = await openSecrets(options, file, { create: false });
  return secrets.crypter.decrypt;
}

/**
 * The salt that belongs into the file: a stack whose state has one must not get another, and a file without one would make the
 * Pulumi CLI invent it.
 */
async function saltFor(
  options: StackOptions,
  file: StackFile,
  { create }: { create: boolean },
): Promise<{ crypter: Crypter | undefined; salt: string | undefined; notices: string[] }> {
  if (!create) {
    const { paths } = await locateStack(options);
    const salt = file.salt ?? (await loadCheckpoint(paths))?.salt;
    return { crypter: undefined, salt, notices: [] };
  }
  const { secrets, initialize } = await openSecrets(options, file, { create });
  await initialize();
  const { crypter, notice } = secrets;
  return { crypter, salt: crypter.salt, notices: notice === undefined ? [] : [notice] };
}

async function openSecrets(options: StackOptions, file: StackFile, { create }: { create: boolean }) {
  const { backend, paths, initialize } = await locateStack(options);
  const secrets = await openStackSecrets({
    stack: options.stack,
    backendRoot: backend.root,
    env: options.env ?? process.env,
    fileSalt: file.salt,
    stateSalt: (await loadCheckpoint(paths))?.salt,
    create,
  });
  return { secrets, initialize };
}

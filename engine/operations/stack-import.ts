import { join } from "node:path";
import { findPassphrase } from "../passphrase.js";
import { type Crypter, openCrypter } from "../secrets.js";
import { readStackFile, writeSalt } from "../stack-config.js";
import { type Checkpoint, checkpointText, decodeResource, encodeResource } from "../state/checkpoint.js";
import { keepCopy, removeFile } from "../state/files.js";
import type { StackPaths } from "../state/layout.js";
import { acquireLock, takenOver } from "../state/lock.js";
import type { ResourceState } from "../state/resource.js";
import { saveCheckpoint } from "../state/state-file.js";
import { nanoseconds, recoverState } from "../state/store.js";
import { parseDeployment, problemsOf } from "./imported-deployment.js";
import { requireStack, type StackOptions } from "./locate-stack.js";
import { openStackSecrets } from "./stack-secrets.js";

/**
 * Replaces a stack's state by an exported one. Nothing is touched before everything is known to be in order; the state before
 * stays among the backups. Secrets are encrypted for this stack, wherever they come from.
 * @param options.text what `stack export` printed
 * @param options.source names it in messages
 * @param options.force takes resources of other stacks and states that break the rules, too
 * @returns warnings
 * @throws {Error} when there is no such stack, and for whatever would not be a state afterwards
 */
export async function importStack(
  options: StackOptions & { text: string; source: string; force?: boolean },
): Promise<string[]> {
  const { project, stack, text, source, force = false } = options;
  const located = await requireStack(options);
  const { paths } = located;
  const imported = parseDeployment(text, source);
  const lock = await acquireLock(paths);
  try {
    const stackFile = await readStackFile(project, stack);
    // What is replaced may be the very thing that is broken.
    const present = await recoverState(paths, { stack, project: project.name }).catch(() => undefined);
    const { crypter, notice } = await openStackSecrets({
      stack,
      backendRoot: located.backend.root,
      env: options.env ?? process.env,
      fileSalt: stackFile.salt,
      stateSalt: present?.checkpoint?.salt,
      create: true,
    });
    const origin = await crypterOf(imported, crypter, options, located.backend.root);
    const resources = imported.resources.map((stored) => decodeResource(stored, origin));
    const problems = problemsOf(imported, resources, { stack, project: project.name });
    if (problems.length > 0 && !force) throw new Error(refusal(problems));
    await backUp(paths, stack);
    if (stackFile.salt === undefined && (stackFile.exists || project.file !== undefined)) {
      await writeSalt(stackFile, crypter.salt);
    }
    await replaceState(options, paths, resources, crypter);
    const dropped = imported.pendingOperations.map(
      ({ type, resource }) => `removing pending operation '${type}' on '${resource.urn}' from snapshot`,
    );
    await lock.forgetDead();
    return [
      ...lock.dead.map(takenOver),
      ...(present?.notices ?? []),
      ...(notice === undefined ? [] : [notice]),
      ...problems,
      ...dropped,
    ];
  } finally {
    await lock.release();
  }
}

/** What opens the secrets of the imported state: it may come from a stack with another salt, but under the same passphrase. */
async function crypterOf(
  imported: Checkpoint,
  own: Crypter,
  { env = process.env }: StackOptions,
  backendRoot: string,
): Promise<Pick<Crypter, "decrypt">> {
  if (imported.salt === own.salt) return own;
  if (imported.salt === undefined) return { decrypt: () => refuseCiphertext() };
  const passphrase = await findPassphrase(backendRoot, env);
  return openCrypter(passphrase?.text ?? "", imported.salt);
}

function refuseCiphertext(): never {
  throw new Error("snapshot contains encrypted secrets but no secrets manager could be found");
}

async function replaceState(
  { stack, project }: StackOptions,
  paths: StackPaths,
  resources: ResourceState[],
  crypter: Crypter,
): Promise<void> {
  const text = checkpointText(
    { stack, project: project.name, salt: crypter.salt },
    { resources: resources.map((state) => JSON.stringify(encodeResource(state, crypter))), pending: [] },
  );
  await saveCheckpoint(paths, text);
  // What a killed run has done is part of what is replaced, and among the backups.
  await removeFile(paths.journal);
}

/** `.bak` is gone after the next write; this copy stays. */
async function backUp(paths: StackPaths, stack: string): Promise<void> {
  const now = nanoseconds();
  for (const file of [paths.checkpoint, ...paths.variants]) {
    const ending = file.slice(paths.checkpoint.length - ".json".length);
    await keepCopy(file, join(paths.backups, `${stack}.${now}${ending}`));
  }
}

function refusal(problems: string[]): string {
  const all = [...problems, "importing this file could be dangerous; rerun with --force to proceed anyway"];
  return `${all.length} errors occurred:\n${all.map((problem, index) => `    ${index + 1}) ${problem}`).join("\n")}`;
}

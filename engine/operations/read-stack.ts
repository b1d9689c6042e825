import { readStackFile } from "../stack-config.js";
import { type Checkpoint, decodeResource } from "../state/checkpoint.js";
import type { ResourceState } from "../state/resource.js";
import { loadCheckpoint } from "../state/store.js";
import { type LocatedStack, requireStack, type StackOptions } from "./locate-stack.js";
import { openStackSecrets } from "./stack-secrets.js";

export interface StoredStack extends LocatedStack {
  checkpoint: Checkpoint;
  /** In the order of the state. Where secrets are not shown, each reads `null`, still marked as a secret. */
  resources: ResourceState[];
}

/**
 * Reads what the state holds. Nobody is kept from writing meanwhile.
 * @param options.showSecrets opens the secrets; without it no passphrase is needed
 * @throws {Error} when there is no such stack
 */
export async function readStack(options: StackOptions & { showSecrets?: boolean }): Promise<StoredStack> {
  const located = await requireStack(options);
  const checkpoint = await loadCheckpoint(located.paths);
  if (checkpoint === undefined) throw new Error(`no stack named '${options.stack}' found`);
  const decrypt = options.showSecrets ? await opener(options, located, checkpoint) : () => "null";
  return {
    ...located,
    checkpoint,
    resources: checkpoint.resources.map((stored) => decodeResource(stored, { decrypt })),
  };
}

/** Decrypts the secrets of a stack's state. */
export async function opener(
  { project, stack, env = process.env }: StackOptions,
  { backend }: LocatedStack,
  checkpoint: Checkpoint,
): Promise<(ciphertext: string) => string> {
  const stackFile = await readStackFile(project, stack);
  const { stateCrypter } = await openStackSecrets({
    stack,
    backendRoot: backend.root,
    env,
    fileSalt: stackFile.salt,
    stateSalt: checkpoint.salt,
    create: false,
  });
  return stateCrypter.decrypt;
}

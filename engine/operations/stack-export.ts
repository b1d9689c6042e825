import { manifestNow } from "../state/checkpoint.js";
import { loadCheckpoint } from "../state/store.js";
import { SIGNATURE, TAGS } from "../values/value.js";
import { requireStack, type StackOptions } from "./locate-stack.js";
import { opener } from "./read-stack.js";
import { lastWrite } from "./stacks.js";

/** A stack's state as `pulumi stack export` prints it and `pulumi stack import` takes it. */
export interface ExportedStack {
  version: 3;
  deployment: Record<string, unknown>;
}

/**
 * Reads a stack's whole state.
 * @param options.showSecrets opens the secrets; otherwise they stay as they are stored, and no passphrase is needed
 * @throws {Error} when there is no such stack
 */
export async function exportStack(options: StackOptions & { showSecrets?: boolean }): Promise<ExportedStack> {
  const located = await requireStack(options);
  const checkpoint = await loadCheckpoint(located.paths);
  if (checkpoint === undefined) throw new Error(`no stack named '${options.stack}' found`);
  const { manifest, salt, resources, pendingOperations } = checkpoint;
  const time = (await lastWrite(located.paths))?.toISOString() ?? manifestNow().time;
  const deployment = {
    manifest: { time, ...manifest },
    ...(salt === undefined ? {} : { secrets_providers: { type: "passphrase", state: { salt } } }),
    ...(resources.length === 0 ? {} : { resources }),
    ...(pendingOperations.length === 0 ? {} : { pending_operations: pendingOperations }),
    metadata: {},
  };
  if (!options.showSecrets) return { version: 3, deployment };
  const decrypt = await opener(options, located, checkpoint);
  return { version: 3, deployment: inClear(deployment, decrypt) as Record<string, unknown> };
}

/** The same JSON, each ciphertext replaced by what it hides. */
function inClear(value: unknown, decrypt: (ciphertext: string) => string): unknown {
  if (Array.isArray(value)) return value.map((part) => inClear(part, decrypt));
  if (typeof value !== "object" || value === null) return value;
  const { [SIGNATURE]: tag, ciphertext } = value as Record<string, unknown>;
  if (tag === TAGS.secret && typeof ciphertext === "string") {
    return { [SIGNATURE]: TAGS.secret, plaintext: decrypt(ciphertext) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inClear(part, decrypt)]));
}

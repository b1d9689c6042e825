import { type Backend, findBackend } from "../backend-url.js";
import type { EngineEvent } from "../events.js";
import { lazily } from "../lazily.js";
import { assertName } from "../project.js";
import { readStackFile, resolveConfig, type StackConfig, type StackFile, writeSalt } from "../stack-config.js";
import { type Checkpoint, decodePending, decodeResource } from "../state/checkpoint.js";
import { verifyIntegrity } from "../state/integrity.js";
import { checkLayout, initializeLayout, type StackPaths, stackPaths } from "../state/layout.js";
import { acquireLock } from "../state/lock.js";
import type { PendingOperation, ResourceState } from "../state/resource.js";
import { openSnapshot, type Snapshot } from "../state/snapshot.js";
import { loadCheckpoint, retireVariants, saveCheckpoint } from "../state/store.js";
import type { OperationOptions } from "./options.js";
import { openStackSecrets } from "./stack-secrets.js";

/** A stack, opened for one operation. */
export interface Session {
  backend: Backend;
  paths: StackPaths;
  stackFile: StackFile;
  exists: boolean;
  /** May wait for the key, if the configuration has secrets. */
  config(): Promise<StackConfig>;
  /** Waits for the key, which is derived in the background. */
  contents(): Promise<StackContents>;
  close(): Promise<void>;
}

export interface StackContents {
  /** In the order of the state. */
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
  snapshot: Snapshot;
}

/**
 * Opens a stack.
 * @param options.write whether the operation changes the state; then nobody else may until `close`
 * @throws {Error} when the stack is locked, damaged, or not for this engine
 */
export async function openSession(
  options: OperationOptions & { write: boolean; emit: (event: EngineEvent) => void },
): Promise<Session> {
  const { project, stack, write, emit, env = process.env, cwd = process.cwd() } = options;
  assertName("stack", stack);
  const backend = findBackend(project, { env, cwd });
  if (backend.notice !== undefined) emit({ kind: "diagnostic", severity: "info", message: backend.notice });
  const layout = await checkLayout(backend.root);
  const paths = stackPaths(backend.root, project.name, stack);
  const lock = write ? await acquireLock(paths.locks) : undefined;
  try {
    for (const message of lock?.notices ?? []) emit({ kind: "diagnostic", severity: "warning", message });
    if (write && !layout.exists) await initializeLayout(backend.root);
    const [checkpoint, stackFile] = await Promise.all([loadCheckpoint(paths), readStackFile(project, stack)]);
    const secrets = openSecrets({ ...options, backend, checkpoint, stackFile });
    // Whoever needs them gets the error.
    secrets.catch(() => {});
    const hasSecretConfig = stackFile.document.toString().includes("secure:");
    const contents = lazily(async (): Promise<StackContents> => {
      const { crypter, stateCrypter, notice } = await secrets;
      if (notice !== undefined) emit({ kind: "diagnostic", severity: "info", message: notice });
      const resources = (checkpoint?.resources ?? []).map((stored) => decodeResource(stored, stateCrypter));
      const pendingOperations = decodePending(checkpoint?.pendingOperations ?? [], stateCrypter);
      verifyIntegrity(resources, checkpoint?.manifest ?? { magic: "", version: "" });
      const save = async (text: string) => {
        await retireVariants(paths);
        await saveCheckpoint(paths, text);
      };
      const snapshot = openSnapshot({
        stack,
        project: project.name,
        resources,
        pendingOperations,
        crypter,
        write: write ? save : undefined,
        isNew: checkpoint === undefined || stateCrypter !== crypter,
      });
      return { resources, pendingOperations, snapshot };
    });
    return {
      backend,
      paths,
      stackFile,
      exists: checkpoint !== undefined,
      async config() {
        const decrypt = hasSecretConfig ? (await secrets).crypter.decrypt : (text: string) => text;
        return resolveConfig(project, stackFile, { decrypt, overrides: options.config ?? {} });
      },
      contents: contents.get,
      async close() {
        await secrets.catch(() => {});
        await lock?.release();
      },
    };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** The salt belongs to the stack from the first run on, or the Pulumi CLI would make another one. */
async function openSecrets(
  options: OperationOptions & {
    write: boolean;
    backend: Backend;
    checkpoint: Checkpoint | undefined;
    stackFile: StackFile;
  },
) {
  const { project, stack, write, backend, checkpoint, stackFile, env = process.env } = options;
  const secrets = await openStackSecrets({
    stack,
    backendRoot: backend.root,
    env,
    fileSalt: stackFile.salt,
    stateSalt: checkpoint?.salt,
    create: write,
  });
  // A bare folder stays free of files nobody asked for: the state has the salt, too.
  const wantsFile = stackFile.exists || project.file !== undefined;
  if (write && wantsFile && stackFile.salt === undefined) await writeSalt(stackFile, secrets.crypter.salt);
  return secrets;
}

import { type Backend, findBackend } from "../backend-url.js";
import type { EngineEvent } from "../events.js";
import { lazily } from "../lazily.js";
import { assertName } from "../project.js";
import {
  hasSecrets,
  readStackFile,
  resolveConfig,
  type StackConfig,
  type StackFile,
  writeSalt,
} from "../stack-config.js";
import { type Checkpoint, decodePending, decodeResource } from "../state/checkpoint.js";
import { verifyIntegrity } from "../state/integrity.js";
import { checkLayout, initializeLayout, listStacks, type StackPaths, stackPaths } from "../state/layout.js";
import { acquireLock, takenOver } from "../state/lock.js";
import type { PendingOperation, ResourceState } from "../state/resource.js";
import { openSnapshot, type Snapshot } from "../state/snapshot.js";
import { openStateFile } from "../state/state-file.js";
import { loadState, recoverState } from "../state/store.js";
import type { OperationOptions } from "./options.js";
import { NO_SECRETS, openStackSecrets } from "./stack-secrets.js";

/** A stack, opened for one operation. */
export interface Session {
  backend: Backend;
  paths: StackPaths;
  stackFile: StackFile;
  exists: boolean;
  /** Whether `contents` has been read, so that the operation is about something. */
  isOpen(): boolean;
  /** May wait for the key, if the configuration has secrets. */
  config(): Promise<StackConfig>;
  /** Waits for the key, which is derived in the background. */
  contents(): Promise<StackContents>;
  /**
   * Brings the stack's file up to date.
   * @throws {Error} when that is not possible; then the stack stays locked, and the next run on this machine does it
   */
  save(): Promise<void>;
  /** Saves what is not saved, and gives the stack free. */
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
 * @param options.mustExist whether a stack that does not exist is refused
 * @throws {Error} when the stack is locked, damaged, or not for this engine
 */
export async function openSession(
  options: OperationOptions & { write: boolean; mustExist?: boolean; emit: (event: EngineEvent) => void },
): Promise<Session> {
  const { project, stack, write, mustExist = false, emit, env = process.env, cwd = process.cwd() } = options;
  assertName("stack", stack);
  const backend = findBackend(project, { env, cwd });
  if (backend.notice !== undefined) emit({ kind: "diagnostic", severity: "info", message: backend.notice });
  const layout = await checkLayout(backend.root);
  const paths = stackPaths(backend.root, project.name, stack);
  // Before anything is written.
  if (mustExist && !(await listStacks(backend.root, project.name)).includes(stack)) {
    throw new Error(`no stack named '${stack}' found`);
  }
  const lock = write ? await acquireLock(paths) : undefined;
  let snapshot: Snapshot | undefined;
  let isSaved = true;
  let isLeftLocked = false;
  // A second interrupt ends the process without further ado. A lock stays where the state could not be saved.
  const onExit = () => {
    snapshot?.closeNow();
    lock?.releaseNow();
  };
  if (write) process.once("exit", onExit);
  const release = async () => {
    process.off("exit", onExit);
    await lock?.release();
  };
  try {
    if (write && !layout.exists) await initializeLayout(backend.root);
    const [state, stackFile] = await Promise.all([
      write ? recoverState(paths, { stack, project: project.name }) : { ...(await loadState(paths)), notices: [] },
      readStackFile(project, stack),
    ]);
    await lock?.forgetDead();
    for (const message of [...(lock?.dead ?? []).map(takenOver), ...state.notices])
      emit({ kind: "diagnostic", severity: "warning", message });
    const { checkpoint } = state;
    const secrets = openSecrets({ ...options, backend, checkpoint, stackFile });
    // Whoever needs them gets the error.
    secrets.catch(() => {});
    const contents = lazily(async (): Promise<StackContents> => {
      const { crypter, stateCrypter, notice } = await secrets;
      if (notice !== undefined) emit({ kind: "diagnostic", severity: "info", message: notice });
      const resources = (checkpoint?.resources ?? []).map((stored) => decodeResource(stored, stateCrypter));
      const pendingOperations = decodePending(checkpoint?.pendingOperations ?? [], stateCrypter);
      verifyIntegrity(resources, checkpoint?.manifest ?? { magic: "", version: "" });
      const frame = { stack, project: project.name, salt: crypter.salt };
      const file = write ? openStateFile(paths, { digest: state.digest, salt: crypter.salt }) : undefined;
      snapshot = openSnapshot({ frame, resources, pendingOperations, crypter, file });
      isSaved = false;
      // A journal continues a file that exists, and whose secrets have the same key.
      if (checkpoint === undefined || stateCrypter !== crypter) await snapshot.rewrite();
      return { resources, pendingOperations, snapshot };
    });
    const save = async () => {
      // What failed to open has changed nothing.
      await contents.started()?.catch(() => {});
      if (isSaved || isLeftLocked) return;
      try {
        await snapshot?.close();
        isSaved = true;
      } catch (error) {
        isLeftLocked = true;
        process.off("exit", onExit);
        throw error;
      }
    };
    return {
      backend,
      paths,
      stackFile,
      exists: checkpoint !== undefined,
      isOpen: () => snapshot !== undefined,
      async config() {
        // To derive the key takes a while, and most configurations have no use for it.
        const { decrypt } = hasSecrets(stackFile) ? (await secrets).crypter : NO_SECRETS;
        return resolveConfig(project, stackFile, { decrypt, overrides: options.config ?? {} });
      },
      contents: contents.get,
      save,
      async close() {
        await secrets.catch(() => {});
        await save();
        if (!isLeftLocked) await release();
      },
    };
  } catch (error) {
    await release();
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

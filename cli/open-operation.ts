import { setConfig } from "../engine/operations/config.js";
import type { OperationOptions, OperationResult } from "../engine/operations/options.js";
import { type Chosen, chooseExistingStack, chooseUsableStack } from "./choose-stack.js";
import { CliError, EXIT } from "./exit-codes.js";
import { findProject } from "./find-project.js";
import { defined, type OperationFlags } from "./flags.js";
import { abortOnInterrupt } from "./interrupt.js";
import { succeeded } from "./outcome.js";
import { print, remark } from "./print.js";
import type { OperationKind } from "./render/renderer.js";
import { rendererOf } from "./render/renderer-of.js";

/** What operations work with. */
export type ReadyOptions = OperationOptions & { signal: AbortSignal; cwd: string };

/** An operation that is ready to go. */
export interface Opened {
  options: ReadyOptions;
  /**
   * Runs an operation and shows what happens.
   * @throws {CliError} without a message when it fails: the errors were shown as they came
   */
  perform(kind: OperationKind, operation: (options: Shown) => Promise<OperationResult>): Promise<OperationResult>;
  /** For people: where events are read by a program, this goes elsewhere. */
  say(line: string): void;
  /** `project (stack name)` */
  subject: string;
}

/** What makes an operation visible. */
type Shown = Pick<OperationOptions, "onEvent">;

/**
 * Finds what an operation works on.
 * @param options.readsProgram whether the program runs; such an operation may also be the first one of the default stack
 */
export async function openOperation(
  flags: OperationFlags,
  { readsProgram }: { readsProgram: boolean },
): Promise<Opened> {
  const chosen = readsProgram ? await chooseUsableStack(flags) : await chooseExistingStack(flags);
  const { project, stack, cwd } = chosen;
  const { composeFile } = findProject(flags.cwd);
  if (readsProgram && composeFile !== undefined) {
    const { checkComposeFile } = await import("./check-compose-file.js");
    checkComposeFile(composeFile, { project: project.name });
  }
  const say = flags.json ? remark : print;
  await saveConfig(flags, chosen);
  const options = {
    project,
    stack,
    cwd,
    signal: abortOnInterrupt(say),
    ...optionsOf(flags),
  };
  return { options, perform: performer(flags), say, subject: `${project.name} (stack ${stack})` };
}

function performer(flags: OperationFlags): Opened["perform"] {
  return async (kind, operation) => {
    const renderer = rendererOf({ ...flags, kind }, { write: print });
    try {
      return succeeded(await operation({ onEvent: renderer.render }));
    } finally {
      renderer.end?.();
    }
  };
}

function optionsOf(flags: OperationFlags): Partial<OperationOptions> {
  const { parallel, refresh, continueOnError, message, targetReplace = [] } = flags;
  const targets = [...(flags.target ?? []), ...targetReplace];
  const replace = [...(flags.replace ?? []), ...targetReplace];
  return defined({
    parallel,
    refresh,
    continueOnError,
    message,
    targets: listed(targets),
    targetDependents: flags.targetDependents,
    excludes: listed(flags.exclude ?? []),
    excludeDependents: flags.excludeDependents,
    replace: listed(replace),
    grace: graceOf(process.env.KVM_COMPOSE_GRACE),
  });
}

/** @throws {CliError} */
function graceOf(seconds: string | undefined): number | undefined {
  if (seconds === undefined || seconds === "") return undefined;
  const grace = Number(seconds);
  if (grace >= 0) return grace;
  throw new CliError(`Cannot use KVM_COMPOSE_GRACE="${seconds}": it must be a number of seconds`, EXIT.failed);
}

/** No list at all means everything. */
function listed(urns: string[]): string[] | undefined {
  return urns.length === 0 ? undefined : urns;
}

/** As with Pulumi, what is given with `--config` stays: it goes into the stack's file, from which every operation takes it. */
async function saveConfig({ config = [], configPath = false }: OperationFlags, { project, stack, cwd }: Chosen) {
  if (config.length === 0) return;
  const values = config.map((text) => {
    const end = text.indexOf("=");
    return { key: text.slice(0, end), value: text.slice(end + 1) };
  });
  await setConfig({ project, stack, cwd, values, path: configPath });
}

import { destroy } from "../engine/operations/destroy.js";
import type { OperationOptions, OperationResult } from "../engine/operations/options.js";
import { stackOutputs } from "../engine/operations/outputs.js";
import { preview } from "../engine/operations/preview.js";
import { refresh } from "../engine/operations/refresh.js";
import { up } from "../engine/operations/up.js";
import { checkComposeFile } from "./check-compose-file.js";
import { confirm } from "./confirm.js";
import { CliError, EXIT } from "./exit-codes.js";
import { findProject } from "./find-project.js";
import { abortOnInterrupt } from "./interrupt.js";
import { formatOutputs } from "./outputs.js";
import { changesOf, plainRenderer } from "./render.js";
import { selectStack } from "./select-stack.js";

/** The flags that the commands share; names and meanings are those of the Pulumi CLI. */
export interface Flags {
  cwd: string;
  stack?: string;
  parallel?: number;
  refresh?: boolean;
  yes?: boolean;
  skipPreview?: boolean;
  expectNoChanges?: boolean;
  continueOnError?: boolean;
  showSecrets?: boolean;
  json?: boolean;
  previewOnly?: boolean;
  verbose?: boolean;
  message?: string;
}

interface Opened {
  options: OperationOptions & { onEvent: NonNullable<OperationOptions["onEvent"]>; signal: AbortSignal };
  say(line: string): void;
}

export async function runPreview(flags: Flags): Promise<void> {
  const { options, say } = await open(flags, { readsProgram: true });
  say(`Previewing ${describe(options)}`);
  const result = succeeded(await preview(options));
  if (flags.expectNoChanges === true) expectNoChanges(result, "preview");
}

export async function runUp(flags: Flags): Promise<void> {
  const { options, say } = await open(flags, { readsProgram: true });
  if (flags.skipPreview !== true || flags.expectNoChanges === true) {
    say(`Previewing ${describe(options)}`);
    const planned = succeeded(await preview(options));
    // Unlike Pulumi's, which applies first and complains afterwards.
    if (flags.expectNoChanges === true) return expectNoChanges(planned, "update");
    if (flags.yes !== true) await confirm("Make these changes?", options.signal);
  }
  say(`\nUpdating ${describe(options)}`);
  succeeded(await up(options));
  await showOutputs(options, say);
}

export async function runRefresh(flags: Flags): Promise<void> {
  const { options, say } = await open(flags, { readsProgram: false });
  const previewOnly = flags.previewOnly === true;
  if (previewOnly || flags.skipPreview !== true) {
    say(`Previewing refresh of ${describe(options)}`);
    const planned = succeeded(await refresh({ ...options, dryRun: true }));
    if (flags.expectNoChanges === true) expectNoChanges(planned, "refresh");
    if (previewOnly) return;
    if (flags.yes !== true) await confirm("Write this to the state?", options.signal);
  }
  say(`\nRefreshing ${describe(options)}`);
  succeeded(await refresh(options));
}

export async function runDestroy(flags: Flags): Promise<void> {
  const { options, say } = await open(flags, { readsProgram: false });
  if (flags.skipPreview !== true) {
    say(`Previewing destruction of ${describe(options)}`);
    succeeded(await destroy({ ...options, dryRun: true }));
    if (flags.previewOnly === true) return;
    if (flags.yes !== true) await confirm("Delete all of this?", options.signal);
  }
  say(`\nDestroying ${describe(options)}`);
  succeeded(await destroy(options));
}

/** Outputs go to standard output and nothing else does, so that they can be piped. */
export async function runOutputs(flags: Flags, name: string | undefined): Promise<void> {
  const { project } = findProject(flags.cwd);
  const stack = await selectStack(project, flags.stack);
  const outputs = await stackOutputs({ project, stack, cwd: flags.cwd, showSecrets: flags.showSecrets ?? false });
  if (name !== undefined && !(name in outputs)) {
    throw new CliError(
      `Cannot show output "${name}" of stack "${stack}": it has ${Object.keys(outputs).join(", ") || "none"}`,
    );
  }
  const shown = name === undefined ? outputs : outputs[name];
  if (flags.json === true) print(JSON.stringify(shown, null, 2));
  else if (name !== undefined && typeof shown === "string") print(shown);
  else for (const line of formatOutputs(name === undefined ? outputs : { [name]: shown })) print(line);
}

async function open(flags: Flags, { readsProgram }: { readsProgram: boolean }): Promise<Opened> {
  const { project, composeFile } = findProject(flags.cwd);
  const stack = await selectStack(project, flags.stack);
  if (readsProgram && composeFile !== undefined) checkComposeFile(composeFile, { project: project.name });
  const renderer = plainRenderer({ write: print, verbose: flags.verbose ?? false });
  const options = {
    project,
    stack,
    cwd: flags.cwd,
    onEvent: renderer.render,
    signal: abortOnInterrupt(print),
    ...(flags.parallel === undefined ? {} : { parallel: flags.parallel }),
    ...(flags.refresh === undefined ? {} : { refresh: flags.refresh }),
    ...(flags.continueOnError === undefined ? {} : { continueOnError: flags.continueOnError }),
    ...(flags.message === undefined ? {} : { message: flags.message }),
  };
  return { options, say: print };
}

/** The errors were shown as they came. */
function succeeded(result: OperationResult): OperationResult {
  if (result.result !== "succeeded") throw new CliError("", EXIT.failed);
  return result;
}

function expectNoChanges(result: OperationResult, what: string): void {
  if (changesOf(result.resourceChanges).length > 0) {
    throw new CliError(`no changes were expected for ${what} but changes were proposed`, EXIT.unexpectedChanges);
  }
}

async function showOutputs(options: OperationOptions, say: (line: string) => void): Promise<void> {
  const lines = formatOutputs(await stackOutputs(options));
  if (lines.length === 0) return;
  say("\nOutputs:");
  for (const line of lines) say(`  ${line}`);
}

function describe({ project, stack }: { project: { name: string }; stack: string }): string {
  return `${project.name} (stack ${stack}):`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

import { createInterface } from "node:readline/promises";
import { CliError, EXIT } from "./exit-codes.js";
import type { CommonFlags, OperationFlags } from "./flags.js";

/** Whether there is somebody to ask. Where events are read by a program, there is not. */
export function isInteractive({
  nonInteractive,
  json,
}: Pick<CommonFlags, "nonInteractive"> & { json?: boolean }): boolean {
  return !nonInteractive && !json && process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** `--yes`, also for a whole shell. */
export function isApproved({ yes }: { yes?: boolean }, env = process.env): boolean {
  return yes === true || /^(1|true)$/i.test(env.PULUMI_SKIP_CONFIRMATIONS ?? "");
}

/**
 * Fails before anything is started when an operation would have to ask and cannot.
 * @throws {CliError}
 */
export function requireApproval(flags: OperationFlags, code: number = EXIT.usage): void {
  if (isApproved(flags) || flags.skipPreview || flags.previewOnly || isInteractive(flags)) return;
  throw new CliError("--yes or --skip-preview must be passed in to proceed when running in non-interactive mode", code);
}

/**
 * Asks before something is changed.
 * @throws {CliError} when the answer is no
 */
export async function confirm(question: string, signal?: AbortSignal): Promise<void> {
  const answer = await ask(`${question} [yes/no] `, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("confirmation declined: nothing was changed", EXIT.canceled);
}

/**
 * Asks before something is lost for good: the name has to be typed.
 * @param code of the failure when there is nobody to ask
 * @throws {CliError} when the answer is something else
 */
export async function confirmByName(
  flags: CommonFlags & { yes?: boolean },
  { warning, name, code }: { warning: string; name: string; code: number },
): Promise<void> {
  if (isApproved(flags)) return;
  if (!isInteractive(flags)) throw new CliError("non-interactive mode requires --yes flag", code);
  const answer = await ask(`${warning}\nPlease confirm by typing \`${name}\`: `);
  if (answer.trim() !== name) throw new CliError("confirmation declined: nothing was changed", EXIT.canceled);
}

async function ask(question: string, signal?: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question, signal === undefined ? {} : { signal });
  } finally {
    terminal.close();
  }
}

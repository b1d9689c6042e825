import { createInterface } from "node:readline/promises";
import { CliError, EXIT } from "./exit-codes.js";

/**
 * Asks before something is changed.
 * @throws {CliError} when nobody is there to answer, or the answer is no
 */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new CliError(
      "--yes or --skip-preview must be passed in to proceed when nobody is at the terminal",
      EXIT.usage,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [yes/no] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("Declined: nothing was changed", EXIT.canceled);
  } finally {
    terminal.close();
  }
}

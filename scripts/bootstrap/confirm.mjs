import { createInterface } from "node:readline/promises";

/** Asks whoever sits at the terminal; where nobody does, the answer is yes: the command was the wish. */
export async function confirm(question) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(y|yes|)$/i.test((await terminal.question(`${question} [Y/n] `)).trim());
  } finally {
    terminal.close();
  }
}

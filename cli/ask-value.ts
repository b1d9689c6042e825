import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Asks for a text. @param options.hidden does not show it while it is typed */
export async function askValue(question: string, { hidden }: { hidden: boolean }): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (hidden) process.stdout.write(question);
  const output = hidden ? silent : process.stdout;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await terminal.question(hidden ? "" : question);
  } finally {
    terminal.close();
    if (hidden) process.stdout.write("\n");
  }
}

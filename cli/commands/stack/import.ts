import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { importStack } from "../../../engine/operations/stack-import.js";
import { messageOf } from "../../../provider/errors.js";
import { chooseExistingStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import { type CommonFlags, defined } from "../../flags.js";
import { print, warn } from "../../print.js";
import { readStdin } from "../../read-stdin.js";

export function addStackImport(group: Command): void {
  const command = group
    .command("import")
    .description("Replace the stack's state by an exported one, from standard input or a file")
    .option("--file <path>", "read it from there")
    .option("-f, --force", "also when it is of another stack or breaks the rules of a state");
  run(command, runImport);
}

async function runImport(flags: CommonFlags & { file?: string; force?: boolean }): Promise<void> {
  const chosen = await chooseExistingStack(flags);
  const { file, force } = flags;
  const text = file === undefined ? await readStdin() : await readText(resolve(flags.cwd, file));
  const source = file ?? "standard input";
  const warnings = await importStack({ ...chosen, text, source, ...defined({ force }) });
  for (const warning of warnings) warn(warning);
  print("Import complete.");
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw new CliError(`could not open file: ${messageOf(error)}`);
  });
}

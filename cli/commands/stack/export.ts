import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { exportStack } from "../../../engine/operations/stack-export.js";
import { messageOf } from "../../../provider/errors.js";
import { chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import type { CommonFlags } from "../../flags.js";
import { print } from "../../print.js";

export function addStackExport(group: Command): void {
  const command = group
    .command("export")
    .description("Print the stack's whole state")
    .option("--file <path>", "write it there instead")
    .option("--show-secrets", "secrets in clear");
  run(command, runExport);
}

async function runExport(flags: CommonFlags & { file?: string; showSecrets?: boolean }): Promise<void> {
  const chosen = await chooseStack(flags);
  const exported = await exportStack({ ...chosen, showSecrets: flags.showSecrets ?? false });
  const text = JSON.stringify(exported, null, 4);
  if (flags.file === undefined) return print(text);
  // It may hold secrets.
  await writeFile(resolve(flags.cwd, flags.file), `${text}\n`, { mode: 0o600 }).catch((error: unknown) => {
    throw new CliError(`could not open file: ${messageOf(error)}`);
  });
}

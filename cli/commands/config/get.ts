import type { Command } from "commander";
import { getConfig } from "../../../engine/operations/config.js";
import { chooseUsableStack } from "../../choose-stack.js";
import { configJson, configText } from "../../config-text.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import { type CommonFlags, defined } from "../../flags.js";
import { print, printJson } from "../../print.js";

export function addConfigGet(group: Command): void {
  const command = group
    .command("get")
    .argument("<key>", "`name` or `namespace:name`")
    .description("Print one value, secrets in clear")
    .option("--path", "the key is a path into a value")
    .option("-j, --json", "as JSON");
  run(command, runGet);
}

async function runGet(flags: CommonFlags & { path?: boolean; json?: boolean }, key = ""): Promise<void> {
  const chosen = await chooseUsableStack(flags);
  const entry = await getConfig({ ...chosen, key, ...defined({ path: flags.path }) });
  if (entry === undefined) throw new CliError(`configuration key '${key}' not found for stack '${chosen.stack}'`);
  if (flags.json) printJson(configJson(entry, { inClear: true }));
  else print(configText(entry.value));
}

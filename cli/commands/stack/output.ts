import { type Command, Option } from "commander";
import { stackOutputs } from "../../../engine/operations/outputs.js";
import { chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import type { CommonFlags, RenderFlags } from "../../flags.js";
import { outputTable, outputText } from "../../output-table.js";
import { print, printJson, warn } from "../../print.js";

export function addStackOutput(group: Command): void {
  const command = group
    .command("output")
    .argument("[name]", "only this one")
    .description("Show the outputs of the last `up`, as the Pulumi CLI does")
    .option("-j, --json", "as JSON")
    .addOption(new Option("--shell", "as assignments for a shell").conflicts("json"))
    .option("--show-secrets", "secrets in clear");
  run(command, runOutput);
}

async function runOutput(
  flags: CommonFlags & RenderFlags & { shell?: boolean },
  name: string | undefined,
): Promise<void> {
  const chosen = await chooseStack(flags);
  const outputs = await stackOutputs({ ...chosen, showSecrets: flags.showSecrets ?? false });
  if (name !== undefined && !Object.hasOwn(outputs, name)) {
    throw new CliError(`current stack does not have output property '${name}'`);
  }
  const shown = name === undefined ? outputs : { [name]: outputs[name] };
  if (flags.json) printJson(name === undefined ? outputs : outputs[name]);
  else if (flags.shell) printAssignments(shown);
  else if (name !== undefined) print(outputText(outputs[name]));
  else for (const line of outputTable(outputs)) print(line);
}

function printAssignments(outputs: Record<string, unknown>): void {
  for (const name of Object.keys(outputs).sort()) {
    // Such a line would be a command.
    if (!/^[A-Za-z_]\w*$/.test(name)) warn(`output "${name}" is left out: no shell variable can have that name`);
    else print(`${name}=${quoted(outputText(outputs[name]))}`);
  }
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

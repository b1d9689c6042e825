import type { Command } from "commander";
import { stackOutputs } from "../../engine/operations/outputs.js";
import { chooseStack } from "../choose-stack.js";
import { run } from "../define.js";
import { CliError } from "../exit-codes.js";
import type { CommonFlags, RenderFlags } from "../flags.js";
import { formatOutputs } from "../outputs.js";
import { print, printJson } from "../print.js";

export function addOutputs(program: Command): void {
  const command = program
    .command("outputs")
    .argument("[name]", "only this one")
    .description("Show the outputs of the last `up`")
    .option("-j, --json", "as JSON")
    .option("--show-secrets", "secrets in clear");
  run(command, runOutputs);
}

async function runOutputs(flags: CommonFlags & RenderFlags, name: string | undefined): Promise<void> {
  const chosen = await chooseStack(flags);
  const outputs = await stackOutputs({ ...chosen, showSecrets: flags.showSecrets ?? false });
  if (name !== undefined && !Object.hasOwn(outputs, name)) {
    const known = Object.keys(outputs).join(", ") || "none";
    throw new CliError(`Cannot show output "${name}" of stack "${chosen.stack}": it has ${known}`);
  }
  const shown = name === undefined ? outputs : outputs[name];
  if (flags.json) printJson(shown);
  else if (name !== undefined && typeof shown === "string") print(shown);
  else for (const line of formatOutputs(name === undefined ? outputs : { [name]: shown })) print(line);
}

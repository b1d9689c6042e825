import type { Command } from "commander";
import { removeConfig } from "../../../engine/operations/config.js";
import { chooseUsableStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import { type CommonFlags, defined } from "../../flags.js";

export function addConfigRemove(group: Command): void {
  const command = group
    .command("rm")
    .aliases(["remove", "delete"])
    .argument("<key>", "`name` or `namespace:name`")
    .description("Remove a value from Pulumi.<stack>.yaml")
    .option("--path", "the key is a path into a value");
  run(command, runRemove);
}

async function runRemove(flags: CommonFlags & { path?: boolean }, key = ""): Promise<void> {
  const chosen = await chooseUsableStack(flags);
  await removeConfig({ ...chosen, key, ...defined({ path: flags.path }) });
}

import type { Command } from "commander";
import { removeStack } from "../../../engine/operations/stack-remove.js";
import { chooseExistingStack } from "../../choose-stack.js";
import { confirmByName } from "../../confirm.js";
import { run } from "../../define.js";
import { EXIT } from "../../exit-codes.js";
import { type CommonFlags, defined } from "../../flags.js";
import { yesOption } from "../../operation-options.js";
import { print } from "../../print.js";
import { rememberStack, selectedStack } from "../../selected-stack.js";

interface RemoveFlags extends CommonFlags {
  yes?: boolean;
  force?: boolean;
  preserveConfig?: boolean;
}

export function addStackRemove(group: Command): void {
  const command = group
    .command("rm")
    .aliases(["remove", "delete"])
    .argument("[stack]", "the stack")
    .description("Forget a stack and its configuration; backups stay")
    .option("-f, --force", "also when it has resources, which stay where they are")
    .option("--preserve-config", "leave Pulumi.<stack>.yaml");
  run(yesOption(command), runRemove);
}

async function runRemove(flags: RemoveFlags, named: string | undefined): Promise<void> {
  const chosen = await chooseExistingStack(flags, named);
  const warning = `This will permanently remove the '${chosen.stack}' stack!`;
  await confirmByName(flags, { warning, name: chosen.stack, code: EXIT.failed });
  const { force, preserveConfig } = flags;
  await removeStack({ ...chosen, ...defined({ force, preserveConfig }) });
  if ((await selectedStack(chosen))?.split("/").at(-1) === chosen.stack) await rememberStack(chosen, undefined);
  print(`Stack '${chosen.stack}' has been removed!`);
}

import type { Command } from "commander";
import { cancelStack, stackLocks } from "../../engine/operations/cancel.js";
import { chooseStack } from "../choose-stack.js";
import { confirmByName, isInteractive } from "../confirm.js";
import { run } from "../define.js";
import { EXIT } from "../exit-codes.js";
import type { CommonFlags } from "../flags.js";
import { yesOption } from "../operation-options.js";
import { print } from "../print.js";

export function addCancel(program: Command): void {
  const command = program
    .command("cancel")
    .argument("[stack]", "the stack")
    .description("Take a stack away from a run that holds it; whatever still runs is not stopped");
  run(yesOption(command), runCancel);
}

async function runCancel(flags: CommonFlags & { yes?: boolean }, named: string | undefined): Promise<void> {
  const chosen = await chooseStack(flags, named);
  const locks = await stackLocks(chosen);
  if (locks.length === 0) return print(`Nothing to cancel: stack '${chosen.stack}' is not locked`);
  for (const lock of locks) print(`Locked by ${lock}`);
  const warning = `This will irreversibly cancel the currently running update for '${chosen.stack}'!`;
  // A script that says so means it, as with Pulumi.
  if (isInteractive(flags)) await confirmByName(flags, { warning, name: chosen.stack, code: EXIT.usage });
  const removed = await cancelStack(chosen);
  print(`The currently running update for '${chosen.stack}' has been canceled: ${removed.length} lock(s) removed`);
}

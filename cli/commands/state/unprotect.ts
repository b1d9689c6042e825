import type { Command } from "commander";
import { unprotect } from "../../../engine/operations/state-edit.js";
import { chooseExistingStack } from "../../choose-stack.js";
import { runWithList } from "../../define.js";
import type { CommonFlags } from "../../flags.js";
import { yesOption } from "../../operation-options.js";
import { print, warn } from "../../print.js";
import { approveEdit, urnsOf } from "../../state-edits.js";

export function addStateUnprotect(group: Command): void {
  const command = group
    .command("unprotect")
    .argument("[urns...]", "the resources")
    .description("Let resources be deleted again")
    .option("--all", "all resources of the stack");
  runWithList(yesOption(command), runUnprotect);
}

async function runUnprotect(flags: CommonFlags & { yes?: boolean; all?: boolean }, args: string[]): Promise<void> {
  const urns = urnsOf(flags, args);
  const chosen = await chooseExistingStack(flags);
  await approveEdit(flags);
  const { urns: changed, warnings } = await unprotect({ ...chosen, urns });
  for (const warning of warnings) warn(warning);
  print(flags.all ? "All resources unprotected" : `${changed.length} resources unprotected`);
}

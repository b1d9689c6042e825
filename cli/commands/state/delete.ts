import type { Command } from "commander";
import { deleteFromState } from "../../../engine/operations/state-edit.js";
import { chooseExistingStack } from "../../choose-stack.js";
import { runWithList } from "../../define.js";
import { type CommonFlags, defined } from "../../flags.js";
import { yesOption } from "../../operation-options.js";
import { print, warn } from "../../print.js";
import { approveEdit, urnsOf } from "../../state-edits.js";

interface DeleteFlags extends CommonFlags {
  yes?: boolean;
  force?: boolean;
  targetDependents?: boolean;
  all?: boolean;
}

export function addStateDelete(group: Command): void {
  const command = group
    .command("delete")
    .aliases(["remove", "rm"])
    .argument("[urns...]", "the resources")
    .description("Forget resources; the real things stay")
    .option("--force", "also protected ones")
    .option("--target-dependents", "and everything that depends on them")
    .option("--all", "all resources of the stack");
  runWithList(yesOption(command), runDelete);
}

async function runDelete(flags: DeleteFlags, args: string[]): Promise<void> {
  const urns = urnsOf(flags, args);
  const chosen = await chooseExistingStack(flags);
  await approveEdit(flags);
  const { force, targetDependents } = flags;
  const { urns: deleted, warnings } = await deleteFromState({
    ...chosen,
    urns,
    ...defined({ force, targetDependents }),
  });
  for (const warning of warnings) warn(warning);
  if (flags.all) print("Resources deleted");
  else print(deleted.length === 1 ? "Resource deleted" : `${deleted.length} resources deleted`);
}

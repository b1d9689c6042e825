import { type Command, Option } from "commander";
import { removeStack } from "../../engine/operations/stack-remove.js";
import { confirm, isApproved, requireApproval } from "../confirm.js";
import { run } from "../define.js";
import { destroy } from "../engine.js";
import { defined, type OperationFlags } from "../flags.js";
import { keepProtected } from "../keep-protected.js";
import { openOperation } from "../open-operation.js";
import {
  approvalOptions,
  continueOnErrorOption,
  operationOptions,
  previewOnlyOption,
  refreshOptions,
  targetOptions,
} from "../operation-options.js";
import { rememberStack } from "../selected-stack.js";

interface DestroyFlags extends OperationFlags {
  excludeProtected?: boolean;
  remove?: boolean;
}

export function addDestroy(program: Command): void {
  const command = program.command("destroy").description("Delete everything the stack has");
  operationOptions(refreshOptions(targetOptions(command)));
  previewOnlyOption(approvalOptions(continueOnErrorOption(command)))
    .addOption(
      new Option("--exclude-protected", "everything but protected resources and what they need").conflicts("target"),
    )
    .option("--remove", "remove the stack and its configuration afterwards, too");
  run(command, runDestroy);
}

async function runDestroy(flags: DestroyFlags): Promise<void> {
  requireApproval(flags);
  const { options, perform, say, subject } = await openOperation(flags, { readsProgram: false });
  const keep = flags.excludeProtected ? await keepProtected(options) : undefined;
  const planned = { ...options, ...defined({ keep: keep?.keep }) };
  if (keep !== undefined && keep.count > 0) say(`Keeping ${keep.count} protected resources and what they need`);
  if (!flags.skipPreview) {
    say(`Previewing destruction of ${subject}:`);
    await perform("preview", (shown) => destroy({ ...planned, ...shown, dryRun: true }));
    if (flags.previewOnly) return;
    if (!isApproved(flags)) await confirm("Delete all of this?", options.signal);
  }
  say(`\nDestroying ${subject}:`);
  await perform("destroy", (shown) => destroy({ ...planned, ...shown }));
  if (!flags.remove) return;
  await removeStack(options);
  await rememberStack(options, undefined);
  say(`Stack '${options.stack}' has been removed`);
}

import type { Command } from "commander";
import { confirm, isApproved, isInteractive, requireApproval } from "../confirm.js";
import { run } from "../define.js";
import { isDomain, outlastsDown } from "../down-scope.js";
import { destroy, listSnapshots } from "../engine.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { OperationFlags } from "../flags.js";
import { openOperation } from "../open-operation.js";
import {
  approvalOptions,
  continueOnErrorOption,
  operationOptions,
  previewOnlyOption,
  refreshOptions,
} from "../operation-options.js";

export function addDown(program: Command): void {
  const command = program
    .command("down")
    .description("Delete guests and networks; images, disks and seeds stay for the next `up`");
  operationOptions(refreshOptions(command));
  run(previewOnlyOption(approvalOptions(continueOnErrorOption(command))), runDown);
}

async function runDown(flags: OperationFlags): Promise<void> {
  requireApproval(flags);
  const { options, perform, say, subject } = await openOperation(flags, { readsProgram: false });
  const planned = { ...options, keep: outlastsDown };
  if (!flags.skipPreview) {
    say(`Previewing down of ${subject}:`);
    await perform("preview", (shown) => destroy({ ...planned, ...shown, dryRun: true }));
  }
  const { lines, lost } = await listSnapshots(options, isDomain);
  for (const line of lines) say(line);
  if (flags.previewOnly) return;
  if (!isApproved(flags)) {
    // To skip the preview is not to know of the snapshots.
    if (lost && flags.skipPreview && !isInteractive(flags)) {
      throw new CliError("--yes must be passed in to delete snapshots in non-interactive mode", EXIT.usage);
    }
    if (lost || !flags.skipPreview)
      await confirm(lost ? "Delete all of this, snapshots included?" : "Delete this?", options.signal);
  }
  say(`\nTaking down ${subject}:`);
  await perform("destroy", (shown) => destroy({ ...planned, ...shown }));
}

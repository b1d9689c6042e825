import type { Command } from "commander";
import { confirm, isApproved, requireApproval } from "../confirm.js";
import { run } from "../define.js";
import { refresh } from "../engine.js";
import { EXIT } from "../exit-codes.js";
import type { OperationFlags } from "../flags.js";
import { openOperation } from "../open-operation.js";
import {
  approvalOptions,
  excludeDependentsOption,
  expectNoChangesOption,
  operationOptions,
  previewOnlyOption,
  targetOptions,
} from "../operation-options.js";
import { expectNoChanges } from "../outcome.js";

export function addRefresh(program: Command): void {
  const command = program.command("refresh").description("Make the state what the real things are");
  operationOptions(expectNoChangesOption(excludeDependentsOption(targetOptions(command))));
  run(previewOnlyOption(approvalOptions(command)), runRefresh);
}

async function runRefresh(flags: OperationFlags): Promise<void> {
  if (!flags.expectNoChanges) requireApproval(flags, EXIT.failed);
  const { options, perform, say, subject } = await openOperation(flags, { readsProgram: false });
  if (!flags.skipPreview || flags.expectNoChanges) {
    say(`Previewing refresh of ${subject}:`);
    const planned = await perform("preview", (shown) => refresh({ ...options, ...shown, dryRun: true }));
    if (flags.expectNoChanges) expectNoChanges(planned, "refresh");
    if (flags.previewOnly) return;
    if (!isApproved(flags) && !flags.skipPreview) {
      requireApproval(flags, EXIT.failed);
      await confirm("Write this to the state?", options.signal);
    }
  }
  say(`\nRefreshing ${subject}:`);
  await perform("refresh", (shown) => refresh({ ...options, ...shown }));
}

import type { Command } from "commander";
import { stackOutputs } from "../../engine/operations/outputs.js";
import { confirm, isApproved, requireApproval } from "../confirm.js";
import { run } from "../define.js";
import { preview, up } from "../engine.js";
import type { OperationFlags } from "../flags.js";
import { type Opened, openOperation } from "../open-operation.js";
import {
  approvalOptions,
  continueOnErrorOption,
  excludeDependentsOption,
  expectNoChangesOption,
  operationOptions,
  refreshOptions,
  replaceOptions,
  targetOptions,
} from "../operation-options.js";
import { expectNoChanges } from "../outcome.js";
import { formatOutputs } from "../outputs.js";

export function addUp(program: Command): void {
  const command = program.command("up").alias("update").description("Make the testbed what the program says");
  operationOptions(refreshOptions(command));
  replaceOptions(excludeDependentsOption(targetOptions(command)));
  run(approvalOptions(continueOnErrorOption(expectNoChangesOption(command))), runUp);
}

async function runUp(flags: OperationFlags): Promise<void> {
  // Unlike Pulumi's, which applies first and complains afterwards.
  if (!flags.expectNoChanges) requireApproval(flags);
  const opened = await openOperation(flags, { readsProgram: true });
  const { options, perform, say, subject } = opened;
  if (!flags.skipPreview || flags.expectNoChanges) {
    say(`Previewing ${subject}:`);
    const planned = await perform("preview", (shown) => preview({ ...options, ...shown }));
    if (flags.expectNoChanges) return expectNoChanges(planned, "update");
    if (!isApproved(flags)) await confirm("Make these changes?", options.signal);
  }
  say(`\nUpdating ${subject}:`);
  await perform("update", (shown) => up({ ...options, ...shown }));
  if (!flags.json) await showOutputs(opened, flags);
}

async function showOutputs({ options, say }: Opened, { showSecrets = false }: OperationFlags): Promise<void> {
  const lines = formatOutputs(await stackOutputs({ ...options, showSecrets }));
  if (lines.length === 0) return;
  say("\nOutputs:");
  for (const line of lines) say(`  ${line}`);
}

import type { Command } from "commander";
import { run } from "../define.js";
import { preview } from "../engine.js";
import type { OperationFlags } from "../flags.js";
import { openOperation } from "../open-operation.js";
import {
  excludeDependentsOption,
  expectNoChangesOption,
  operationOptions,
  refreshOptions,
  replaceOptions,
  targetOptions,
} from "../operation-options.js";
import { expectNoChanges } from "../outcome.js";

export function addPreview(program: Command): void {
  const command = program.command("preview").alias("pre").description("Show what `up` would do, drift included");
  operationOptions(refreshOptions(command));
  replaceOptions(excludeDependentsOption(targetOptions(command)));
  run(expectNoChangesOption(command), runPreview);
}

async function runPreview(flags: OperationFlags): Promise<void> {
  const { options, perform, say, subject } = await openOperation(flags, { readsProgram: true });
  say(`Previewing ${subject}:`);
  const result = await perform("preview", (shown) => preview({ ...options, ...shown }));
  if (flags.expectNoChanges) expectNoChanges(result, "preview");
}

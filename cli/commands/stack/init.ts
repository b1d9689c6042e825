import type { Command } from "commander";
import { initStack } from "../../../engine/operations/stack-init.js";
import { oneOf, stackName } from "../../choose-stack.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import { findProject } from "../../find-project.js";
import type { CommonFlags } from "../../flags.js";
import { yesOption } from "../../operation-options.js";
import { print, remark } from "../../print.js";
import { rememberStack } from "../../selected-stack.js";

export function addStackInit(group: Command): void {
  const command = group
    .command("init")
    .aliases(["new", "create"])
    .argument("[name]", "the stack's name")
    .description("Make an empty stack and select it")
    .option("--no-select", "do not select it");
  run(yesOption(command), runInit);
}

async function runInit(flags: CommonFlags & { select: boolean }, named: string | undefined): Promise<void> {
  const { project } = findProject(flags.cwd);
  const asked = oneOf(named, flags.stack);
  if (!asked) throw new CliError("missing stack name");
  await makeStack({ project, stack: stackName(asked, project), cwd: flags.cwd }, flags.select);
}

/** Makes a stack and, if wanted, selects it. */
export async function makeStack(
  place: Parameters<typeof initStack>[0] & { cwd: string },
  select: boolean,
): Promise<void> {
  for (const notice of await initStack(place)) remark(notice);
  if (select) await rememberStack(place, place.stack);
  print(`Created stack '${place.stack}'`);
}

import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { locateStack } from "../../../engine/operations/locate-stack.js";
import { stacks } from "../../../engine/operations/stacks.js";
import { oneOf, stackName } from "../../choose-stack.js";
import { isInteractive } from "../../confirm.js";
import { run } from "../../define.js";
import { CliError, EXIT } from "../../exit-codes.js";
import { findProject } from "../../find-project.js";
import type { CommonFlags } from "../../flags.js";
import { print } from "../../print.js";
import { type ProjectPlace, rememberStack } from "../../selected-stack.js";
import { makeStack } from "./init.js";

export function addStackSelect(group: Command): void {
  const command = group
    .command("select")
    .argument("[stack]", "the stack")
    .description("Work on this stack from now on, here and with the Pulumi CLI")
    .option("-c, --create", "make it if there is none");
  run(command, runSelect);
}

async function runSelect(flags: CommonFlags & { create?: boolean }, named: string | undefined): Promise<void> {
  const { project } = findProject(flags.cwd);
  const place = { project, cwd: flags.cwd };
  const asked = oneOf(named, flags.stack) || (await choose(place, flags));
  const stack = stackName(asked, project);
  const { exists } = await locateStack({ ...place, stack });
  if (exists) return rememberStack(place, stack);
  if (!flags.create) throw new CliError(`no stack named '${stack}' found`, EXIT.stackNotFound);
  await makeStack({ ...place, stack }, true);
}

async function choose(place: ProjectPlace, flags: CommonFlags): Promise<string> {
  const known = await stacks(place);
  if (!isInteractive(flags) || known.length === 0) {
    throw new CliError("no stack selected; specify a stack name with --stack", EXIT.stackNotFound);
  }
  for (const [index, name] of known.entries()) print(`${index + 1}) ${name}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = (await terminal.question("Which stack? ")).trim();
    return known[Number(answer) - 1] ?? answer;
  } finally {
    terminal.close();
  }
}

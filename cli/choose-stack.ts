import { type LocatedStack, locateStack, requireStack } from "../engine/operations/locate-stack.js";
import type { Project } from "../engine/project.js";
import { CliError, EXIT } from "./exit-codes.js";
import { findProject } from "./find-project.js";
import type { CommonFlags } from "./flags.js";
import { selectedStack } from "./selected-stack.js";

/** The stack of a project nobody chose one for. It is made by the first `up`; others are made by `stack init`. */
export const DEFAULT_STACK = "dev";

/** What a command works on. */
export interface Chosen {
  project: Project;
  stack: string;
  cwd: string;
}

/**
 * Finds the project, and in it the stack that is meant: as asked for, `PULUMI_STACK`, the selected one, else `dev`.
 * @param named as an argument of the command, where it has one
 */
export async function chooseStack(flags: CommonFlags, named?: string, env = process.env): Promise<Chosen> {
  const { project } = findProject(flags.cwd);
  const asked = oneOf(named, flags.stack) || env.PULUMI_STACK;
  const stack = asked || (await selectedStack({ project, cwd: flags.cwd, env })) || DEFAULT_STACK;
  return { project, stack: stackName(stack, project), cwd: flags.cwd };
}

/** The same for commands that need a stack to be there. @throws {Error} when it is not */
export async function chooseExistingStack(flags: CommonFlags, named?: string): Promise<Chosen> {
  const chosen = await chooseStack(flags, named);
  await requireStack(chosen);
  return chosen;
}

/** The same for commands that may be the first ones: nobody has to make the default stack. */
export async function chooseUsableStack(flags: CommonFlags): Promise<Chosen & Pick<LocatedStack, "exists">> {
  const chosen = await chooseStack(flags);
  const { exists } = await locateStack(chosen);
  if (!exists && chosen.stack !== DEFAULT_STACK) {
    throw new CliError(
      `no stack named '${chosen.stack}' found; \`kvm-compose stack init ${chosen.stack}\` makes it`,
      EXIT.stackNotFound,
    );
  }
  return { ...chosen, exists };
}

/** A command's own argument and `--stack` say the same thing. */
export function oneOf(named: string | undefined, flag: string | undefined): string | undefined {
  if (named !== undefined && flag !== undefined) {
    throw new CliError("only one of --stack or argument stack name may be specified, not both");
  }
  return named ?? flag;
}

/** Pulumi knows `organization/stack` and `organization/project/stack`; in files the organization has no other name. */
export function stackName(text: string, project: Project): string {
  const parts = text.split("/");
  const name = parts.at(-1) ?? "";
  const [organization, named] = parts.length === 3 ? parts : [parts[0], project.name];
  const isForeign = parts.length > 3 || (parts.length > 1 && organization !== "organization");
  if (isForeign || !/^[A-Za-z0-9_.-]{1,100}$/.test(name) || /^\.\.?$/.test(name)) {
    throw new CliError(
      `Cannot use stack name "${text}": it must be 1 to 100 letters, digits, \`_\`, \`.\`, \`-\``,
      EXIT.failed,
    );
  }
  if (named !== project.name) throw new CliError(`no stack named '${text}' found`, EXIT.stackNotFound);
  return name;
}

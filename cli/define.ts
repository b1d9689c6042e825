import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { CommonFlags } from "./flags.js";

/**
 * Connects a command with what it does. Flags may stand before a subcommand, too (`-C folder stack -s dev output`); the nearest one
 * counts.
 */
export function run<Flags extends CommonFlags>(
  command: Command,
  action: (flags: Flags, ...args: (string | undefined)[]) => Promise<void>,
): Command {
  return withCommonOptions(command).action((...given: unknown[]) => {
    // Commander appends the options and the command itself.
    const args = given.slice(0, -2) as (string | undefined)[];
    return action(flagsOf<Flags>(command), ...args);
  });
}

/** The same for commands that take any number of arguments. */
export function runWithList<Flags extends CommonFlags>(
  command: Command,
  action: (flags: Flags, args: string[]) => Promise<void>,
): Command {
  return withCommonOptions(command).action((args: string[]) => action(flagsOf<Flags>(command), args));
}

function withCommonOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack; default: PULUMI_STACK, the selected one, else dev")
    .option("-C, --cwd <folder>", "work in this folder")
    .option("--non-interactive", "never ask");
}

function flagsOf<Flags extends CommonFlags>(command: Command): Flags {
  let merged: Record<string, unknown> = {};
  for (let level: Command | null = command; level !== null; level = level.parent)
    merged = { ...level.opts(), ...merged };
  return { ...merged, cwd: resolve(workingDirectory(), String(merged.cwd ?? ".")) } as Flags;
}

/** As the shell calls it: the Pulumi CLI remembers selections by that path, links in it included. */
function workingDirectory(): string {
  const here = process.cwd();
  const called = process.env.PWD;
  try {
    return called !== undefined && realpathSync(called) === here ? called : here;
  } catch {
    return here;
  }
}

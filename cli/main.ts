#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { messageOf } from "../provider/errors.js";
import { CliError, EXIT } from "./exit-codes.js";
import { type Flags, runDestroy, runOutputs, runPreview, runRefresh, runUp } from "./operations.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("kvm-compose")
  .description("Testbeds on KVM/libvirt from a kvm-compose.yaml or a Pulumi program, without the Pulumi CLI")
  .version(version)
  .exitOverride();

command("preview", "Show what `up` would do, drift included", runPreview)
  .addOption(expectNoChanges())
  .option("--show-secrets");
command("up", "Make the testbed what the program says", runUp)
  .addOption(expectNoChanges())
  .addOption(yes())
  .option("-f, --skip-preview", "do not show a preview first")
  .option("--continue-on-error", "go on with what does not depend on a failed resource");
command("refresh", "Make the state what the real things are", runRefresh)
  .addOption(expectNoChanges())
  .addOption(yes())
  .option("-f, --skip-preview", "do not show a preview first")
  .option("--preview-only", "only show it");
command("destroy", "Delete everything the stack has", runDestroy)
  .alias("down")
  .addOption(yes())
  .option("-f, --skip-preview", "do not show a preview first")
  .option("--preview-only", "only show it")
  .option("--continue-on-error", "go on with what does not depend on a failed resource");

program
  .command("outputs")
  .argument("[name]", "only this one")
  .description("Show the outputs of the last `up`")
  .option("-s, --stack <name>", "the stack; default: the selected one, else dev")
  .option("-C, --cwd <folder>", "work in this folder", folder, process.cwd())
  .option("-j, --json", "as JSON")
  .option("--show-secrets", "secrets in clear")
  .action((name: string | undefined, flags: Flags) => runOutputs(flags, name));

function command(name: string, description: string, run: (flags: Flags) => Promise<void>): Command {
  return program
    .command(name)
    .description(description)
    .option("-s, --stack <name>", "the stack; default: the selected one, else dev")
    .option("-C, --cwd <folder>", "work in this folder", folder, process.cwd())
    .option("-p, --parallel <count>", "how much work at once; waits do not count", positiveInteger)
    .option("-r, --refresh [true|false]", "read the real things first; default: true", boolean)
    .option("--no-refresh", "trust the state")
    .option("-m, --message <text>", "a note for the history")
    .option("-v, --verbose", "every line of progress")
    .action((flags: Flags) => run(flags));
}

function yes(): Option {
  return new Option("-y, --yes", "do not ask");
}

function expectNoChanges(): Option {
  return new Option(
    "--expect-no-changes",
    `change nothing; exit with ${EXIT.unexpectedChanges} if something would change`,
  );
}

function folder(text: string): string {
  return resolve(text);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return value;
}

function boolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new InvalidArgumentError("It must be true or false.");
  return text === "true";
}

async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const message = messageOf(error);
    if (message !== "") process.stderr.write(`${pc.red("error:")} ${message}\n`);
    if (error instanceof CliError) return error.code;
    return /^no stack named/.test(message) ? EXIT.stackNotFound : EXIT.failed;
  }
}

// Connections to hosts may still be open: nothing is left to do on them.
process.exit(await main());

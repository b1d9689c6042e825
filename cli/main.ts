#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { messageOf } from "../provider/errors.js";
import { colors as pc } from "./colors.js";
import { addCancel } from "./commands/cancel.js";
import { addConfig } from "./commands/config.js";
import { addDestroy } from "./commands/destroy.js";
import { addDown } from "./commands/down.js";
import { addOutputs } from "./commands/outputs.js";
import { addPreview } from "./commands/preview.js";
import { addRefresh } from "./commands/refresh.js";
import { addStack } from "./commands/stack.js";
import { addState } from "./commands/state.js";
import { addUp } from "./commands/up.js";
import { CliError, EXIT } from "./exit-codes.js";
import { remark } from "./print.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("kvm-compose")
  .description("Testbeds on KVM/libvirt from a kvm-compose.yaml or a Pulumi program, without the Pulumi CLI")
  .version(version)
  .option("-C, --cwd <folder>", "work in this folder")
  .option("--non-interactive", "never ask")
  // A group's options stand before its subcommands' names; behind them, they are the subcommands' own.
  .enablePositionalOptions()
  .exitOverride();

for (const add of [addPreview, addUp, addRefresh, addDestroy, addDown, addOutputs]) add(program);
for (const add of [addStack, addState, addConfig, addCancel]) add(program);

async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
    const message = messageOf(error);
    if (message !== "") remark(`${pc.red("error:")} ${message}`);
    if (error instanceof CliError) return error.code;
    return /^no stack named/.test(message) ? EXIT.stackNotFound : EXIT.failed;
  }
}

// Whoever read our output may have gone (`| head`): that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
}

// Connections to hosts may still be open: nothing is left to do on them.
process.exit(await main());

import type { Command } from "commander";
import { readStack } from "../../../engine/operations/read-stack.js";
import { alignColumns } from "../../align.js";
import { chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import type { CommonFlags } from "../../flags.js";
import { print, printJson } from "../../print.js";
import { nameOf } from "../../render/line.js";

export function addStateList(group: Command): void {
  const command = group
    .command("list")
    .alias("ls")
    .description("List the resources in the state")
    .option("-j, --json", "as JSON");
  run(command, runList);
}

async function runList(flags: CommonFlags & { json?: boolean }): Promise<void> {
  const { resources } = await readStack(await chooseStack(flags));
  const rows = resources.map(({ urn, type, id, protect, delete: condemned }) => ({
    type,
    name: nameOf(urn),
    urn,
    ...(id === undefined ? {} : { id }),
    ...(protect ? { protect } : {}),
    ...(condemned ? { delete: condemned } : {}),
  }));
  if (flags.json) return printJson(rows);
  const lines = rows.map(({ type, name, urn }) => [type, name, urn]);
  for (const line of alignColumns([["TYPE", "NAME", "URN"], ...lines])) print(line);
}

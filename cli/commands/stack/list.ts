import type { Command } from "commander";
import { stackSummaries } from "../../../engine/operations/stacks.js";
import { ago } from "../../ago.js";
import { alignColumns } from "../../align.js";
import { chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import type { CommonFlags } from "../../flags.js";
import { print, printJson } from "../../print.js";

export function addStackList(group: Command): void {
  const command = group
    .command("ls")
    .alias("list")
    .description("List the project's stacks")
    .option("-j, --json", "as JSON");
  run(command, runList);
}

async function runList(flags: CommonFlags & { json?: boolean }): Promise<void> {
  const { stack: current, ...place } = await chooseStack(flags);
  const summaries = await stackSummaries(place);
  if (flags.json) {
    return printJson(
      summaries.map(({ name, lastUpdate, resourceCount }) => ({
        name,
        current: name === current,
        lastUpdate: lastUpdate?.toISOString(),
        resourceCount,
      })),
    );
  }
  const rows = summaries.map(({ name, lastUpdate, resourceCount }) => [
    name === current ? `${name}*` : name,
    lastUpdate === undefined ? "n/a" : ago(lastUpdate),
    resourceCount === undefined ? "n/a" : String(resourceCount),
  ]);
  for (const line of alignColumns([["NAME", "LAST UPDATE", "RESOURCE COUNT"], ...rows])) print(line);
}

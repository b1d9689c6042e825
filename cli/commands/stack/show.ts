import { hostname } from "node:os";
import type { Command } from "commander";
import { stackOutputs } from "../../../engine/operations/outputs.js";
import { readStack } from "../../../engine/operations/read-stack.js";
import { lastWrite } from "../../../engine/operations/stacks.js";
import { ago } from "../../ago.js";
import { alignColumns } from "../../align.js";
import { chooseExistingStack, chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import type { CommonFlags } from "../../flags.js";
import { outputTable } from "../../output-table.js";
import { print } from "../../print.js";
import { type TreeFlags, treeRows } from "../../resource-tree.js";

interface ShowFlags extends CommonFlags, TreeFlags {
  showName?: boolean;
  showSecrets?: boolean;
}

/** The group's own action: `stack` without a subcommand. */
export function addStackShow(group: Command): void {
  group
    .option("-i, --show-ids", "the ids of the resources")
    .option("-u, --show-urns", "the URNs of the resources")
    .option("--show-name", "only the name")
    .option("--show-secrets", "secrets in clear");
  run(group, showStack);
}

async function showStack(flags: ShowFlags): Promise<void> {
  if (flags.showName) return print((await chooseStack(flags)).stack);
  const chosen = await chooseExistingStack(flags);
  const { resources, checkpoint, paths } = await readStack(chosen);
  print(`Current stack is ${chosen.stack}:`);
  print(`    Managed by ${hostname()}`);
  const updated = await lastWrite(paths);
  if (updated !== undefined) print(`    Last updated: ${ago(updated)} (${updated.toISOString()})`);
  if (checkpoint.manifest.version !== "") print(`    Version used: ${checkpoint.manifest.version}`);
  print(`Current stack resources (${resources.length}):`);
  if (resources.length === 0) print("    No resources currently in this stack");
  else {
    for (const line of alignColumns([["TYPE", "NAME"], ...treeRows(resources, flags)])) print(`    ${line}`);
    print("");
    for (const line of outputTable(await stackOutputs({ ...chosen, showSecrets: flags.showSecrets ?? false })))
      print(line);
  }
  print("\nUse `kvm-compose stack select` to change stack; `kvm-compose stack ls` lists known ones");
}

import type { Command } from "commander";
import { listConfig } from "../../../engine/operations/config.js";
import { alignColumns } from "../../align.js";
import { chooseUsableStack } from "../../choose-stack.js";
import { configJson, configText, shortKey } from "../../config-text.js";
import { run } from "../../define.js";
import type { CommonFlags } from "../../flags.js";
import { print, printJson } from "../../print.js";

/** The group's own action: `config` without a subcommand. */
export function addConfigList(group: Command): void {
  group.option("-j, --json", "as JSON").option("--show-secrets", "secrets in clear");
  run(group, runList);
}

async function runList(flags: CommonFlags & { json?: boolean; showSecrets?: boolean }): Promise<void> {
  const showSecrets = flags.showSecrets ?? false;
  const chosen = await chooseUsableStack(flags);
  const entries = await listConfig({ ...chosen, showSecrets });
  if (flags.json) {
    return printJson(
      Object.fromEntries(entries.map((entry) => [entry.key, configJson(entry, { inClear: showSecrets })])),
    );
  }
  const rows = entries.map(({ key, value }) => [shortKey(key, chosen.project.name), configText(value)]);
  for (const line of alignColumns([["KEY", "VALUE"], ...rows])) print(line);
}

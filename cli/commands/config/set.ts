import { type Command, Option } from "commander";
import { setConfig } from "../../../engine/operations/config.js";
import { askValue } from "../../ask-value.js";
import { chooseUsableStack } from "../../choose-stack.js";
import { isInteractive } from "../../confirm.js";
import { run } from "../../define.js";
import { CliError, EXIT } from "../../exit-codes.js";
import { type CommonFlags, defined } from "../../flags.js";
import { remark } from "../../print.js";
import { readStdin } from "../../read-stdin.js";

interface SetFlags extends CommonFlags {
  path?: boolean;
  secret?: boolean;
  plaintext?: boolean;
}

export function addConfigSet(group: Command): void {
  const command = group
    .command("set")
    .argument("<key>", "`name` or `namespace:name`")
    .argument("[value]", "default: what comes from standard input")
    .description("Set a value in Pulumi.<stack>.yaml")
    .option("--path", "the key is a path into a value")
    .option("--secret", "encrypt the value")
    .addOption(new Option("--plaintext", "write the value as it is, which is the default").conflicts("secret"));
  run(command, runSet);
}

async function runSet(flags: SetFlags, key = "", given?: string): Promise<void> {
  const chosen = await chooseUsableStack(flags);
  const value = given ?? (await readValue(flags));
  const { path, secret } = flags;
  const notices = await setConfig({ ...chosen, values: [{ key, value }], ...defined({ path, secret }) });
  for (const notice of notices) remark(notice);
}

async function readValue(flags: SetFlags): Promise<string> {
  // What `echo` adds is not part of the value.
  if (!process.stdin.isTTY) return (await readStdin()).replace(/\r?\n$/, "");
  if (!isInteractive(flags)) {
    throw new CliError("config value must be specified in non-interactive mode", EXIT.usage);
  }
  return askValue("value: ", { hidden: flags.secret ?? false });
}

import type { Command } from "commander";
import { addConfigGet } from "./config/get.js";
import { addConfigList } from "./config/list.js";
import { addConfigRemove } from "./config/remove.js";
import { addConfigSet } from "./config/set.js";

export function addConfig(program: Command): void {
  const command = program.command("config").description("Show the stack's configuration, and change it");
  addConfigList(command);
  addConfigGet(command);
  addConfigSet(command);
  addConfigRemove(command);
}

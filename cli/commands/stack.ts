import type { Command } from "commander";
import { addStackExport } from "./stack/export.js";
import { addStackImport } from "./stack/import.js";
import { addStackInit } from "./stack/init.js";
import { addStackList } from "./stack/list.js";
import { addStackOutput } from "./stack/output.js";
import { addStackRemove } from "./stack/remove.js";
import { addStackSelect } from "./stack/select.js";
import { addStackShow } from "./stack/show.js";

export function addStack(program: Command): void {
  const command = program.command("stack").description("Show the stack, and manage stacks");
  addStackShow(command);
  addStackInit(command);
  addStackList(command);
  addStackSelect(command);
  addStackRemove(command);
  addStackExport(command);
  addStackImport(command);
  addStackOutput(command);
}

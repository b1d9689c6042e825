import type { Command } from "commander";
import { addStateDelete } from "./state/delete.js";
import { addStateList } from "./state/list.js";
import { addStateShow } from "./state/show.js";
import { addStateUnprotect } from "./state/unprotect.js";

export function addState(program: Command): void {
  const command = program.command("state").description("Look into the stack's state, and edit it");
  addStateList(command);
  addStateShow(command);
  addStateDelete(command);
  addStateUnprotect(command);
}

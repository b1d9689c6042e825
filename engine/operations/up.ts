import { operate } from "./operate.js";
import type { OperationOptions, OperationResult } from "./options.js";
import { runProgram } from "./program-run.js";

/** Makes the real things what the program says; a stack that does not exist yet is made. */
export function up(options: OperationOptions): Promise<OperationResult> {
  return operate(options, { kind: "update", preview: false, mustExist: false }, runProgram);
}

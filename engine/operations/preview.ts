import { operate } from "./operate.js";
import type { OperationOptions, OperationResult } from "./options.js";
import { runProgram } from "./program-run.js";

/** Shows what `up` would do, drift included. Writes nothing and locks nothing. */
export function preview(options: OperationOptions): Promise<OperationResult> {
  return operate(options, { kind: "update", preview: true, mustExist: false }, runProgram);
}

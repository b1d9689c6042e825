import type { OperationResult } from "../engine/operations/options.js";
import { CliError, EXIT } from "./exit-codes.js";
import { changesOf } from "./render/summary.js";

/** @throws {CliError} without a message: the errors were shown as they came */
export function succeeded(result: OperationResult): OperationResult {
  if (result.result !== "succeeded") throw new CliError("", EXIT.failed);
  return result;
}

/** @throws {CliError} when something would change */
export function expectNoChanges(result: OperationResult, what: string): void {
  // That something looked up is not what it was changes nothing.
  if (changesOf(result.resourceChanges).some(([op]) => op !== "read")) {
    throw new CliError(`no changes were expected for ${what} but changes were proposed`, EXIT.unexpectedChanges);
  }
}

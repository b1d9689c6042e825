/**
 * What runs programs and providers, or visits hosts. Loading what that needs takes longer than everything else, so it is loaded when
 * it is first called: commands that only look or edit do without.
 */
import type { DestroyOptions } from "../engine/operations/destroy.js";
import type { OperationOptions, OperationResult } from "../engine/operations/options.js";
import type { listSnapshots as listSnapshotsNow } from "./list-snapshots.js";

export async function preview(options: OperationOptions): Promise<OperationResult> {
  return (await import("../engine/operations/preview.js")).preview(options);
}

export async function up(options: OperationOptions): Promise<OperationResult> {
  return (await import("../engine/operations/up.js")).up(options);
}

export async function refresh(options: OperationOptions & { dryRun?: boolean }): Promise<OperationResult> {
  return (await import("../engine/operations/refresh.js")).refresh(options);
}

export async function destroy(options: DestroyOptions): Promise<OperationResult> {
  return (await import("../engine/operations/destroy.js")).destroy(options);
}

export const listSnapshots: typeof listSnapshotsNow = async (...args) =>
  (await import("./list-snapshots.js")).listSnapshots(...args);

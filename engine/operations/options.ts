import { availableParallelism } from "node:os";
import type { EngineEvent, ResourceChanges, Result } from "../events.js";
import type { Project } from "../project.js";
import type { Secret } from "../values/value.js";

/** What every operation takes. */
export interface OperationOptions {
  project: Project;
  stack: string;
  /** How much work may run at once; waits do not count. Default: `PULUMI_PARALLEL`, else 16 or four per core. */
  parallel?: number;
  /** Whether the real things are read first. Default: yes, unlike Pulumi, which does so only if Pulumi.yaml says so. */
  refresh?: boolean;
  /** Whether resources that do not depend on a failed one are still handled. */
  continueOnError?: boolean;
  /** Handle only these: URNs or patterns with `*` and `**`. Default: everything. */
  targets?: readonly string[];
  /** Whether what depends on the targets is handled, too. */
  targetDependents?: boolean;
  /** Handle everything but these: URNs or patterns. */
  excludes?: readonly string[];
  /** Whether what depends on the excluded is left alone, too. */
  excludeDependents?: boolean;
  /** Replace these, whatever they differ in: URNs or patterns. */
  replace?: readonly string[];
  /** Ends the operation in order: nothing new starts, what runs is finished and saved. */
  signal?: AbortSignal;
  /** How long running steps may take to end after `signal`, in seconds. Default: 30. What takes longer stays pending. */
  grace?: number;
  onEvent?: (event: EngineEvent) => void;
  /** Configuration of this run only, keys as `namespace:name` or a name of the project's. */
  config?: Record<string, string | Secret>;
  /** A note for the history. */
  message?: string;
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Default: this process's. */
  cwd?: string;
}

export const DEFAULT_GRACE = 30;

export interface OperationResult {
  result: Result;
  resourceChanges: ResourceChanges;
  durationSeconds: number;
  /** Every error, in the order of occurrence; each has been an event, too. */
  failures: string[];
  /** Of the stack, secrets masked. */
  outputs: Record<string, unknown>;
}

export function parallelOf({ parallel, env = process.env }: OperationOptions): number {
  const wanted = parallel ?? Number(env.PULUMI_PARALLEL || Math.max(16, 4 * availableParallelism()));
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  throw new RangeError(`Cannot run ${wanted} steps in parallel: it must be a whole number above 0`);
}

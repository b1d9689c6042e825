import type { PropertyChange } from "../provider/handler.js";
import type { ResourceState } from "./state/resource.js";

/** What an operation does with one resource; the names are those of Pulumi. */
export type StepKind =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace";

/** What happens in an operation, in order. The engine prints nothing: whoever called it renders these. */
export type EngineEvent =
  /** The run's configuration, secrets masked. */
  | { kind: "prelude"; config: Record<string, string> }
  /** A step begins. `planning`: it is only planned. */
  | { kind: "resourcePre"; metadata: StepMetadata; planning: boolean }
  /** A step succeeded. Of the root stack and of components: their outputs are known. */
  | { kind: "resOutputs"; metadata: StepMetadata; planning: boolean }
  /** A step failed. `partial`: the thing exists, is not healthy and is kept in the state. */
  | { kind: "resOpFailed"; metadata: StepMetadata; status: "ok" | "partial" | "unknown" }
  | { kind: "diagnostic"; severity: Severity; message: string; urn?: string; streamId?: number; ephemeral?: boolean }
  /** What the command line itself has to say, such as that it heard an interrupt. */
  | { kind: "stdout"; message: string }
  /** What a running step says of itself, or of the whole run if there is no `urn`. `fraction`: 0..1. */
  | { kind: "progress"; message: string; urn?: string; fraction?: number }
  | {
      kind: "summary";
      result: Result;
      isPreview: boolean;
      durationSeconds: number;
      resourceChanges: ResourceChanges;
      /** Only of runs that were ended. */
      unfinished?: Unfinished;
    }
  /** Always the last one. */
  | { kind: "cancel" };

/** `info` is also the program's standard output, `info#err` its standard error. */
export type Severity = "debug" | "info" | "info#err" | "warning" | "error";
export type Result = "succeeded" | "failed" | "canceled";
/** How many resources had which outcome; a replacement counts once, internal steps do not count. */
export type ResourceChanges = Partial<Record<StepKind, number>>;

/** What a run that was ended has left, as URNs. */
export interface Unfinished {
  /** Was to be done and was not begun. */
  notStarted: string[];
  /** Was still under way when time ran out; the state says so. */
  pending: string[];
}

export interface StepMetadata {
  op: StepKind;
  urn: string;
  type: string;
  /** The reference of the provider that does it; "" for components and providers. */
  provider: string;
  /** Whether it is a step of its own rather than a part of a replacement or a mere observation. */
  logical: boolean;
  /** Whether `op` is what a refresh found rather than something that is done. */
  refreshed: boolean;
  old: DisplayState | undefined;
  new: DisplayState | undefined;
  /** Properties that force a replacement. */
  keys: string[];
  /** Top-level properties that differ, as far as the provider said. */
  diffs: string[];
  /** What differs and what it means, observed and declared. For `refresh`: remembered and observed. */
  details: PropertyChange[];
  /** Whether `details` is a comparison of declarations by the engine, because the provider named no differences. */
  inputDiff: boolean;
  /** Why a step is taken when no difference explains it. */
  reason?: StepReason;
  /** Provider resources and the like, which are not for the user's eyes. */
  internal: boolean;
}

/** `gone`: it was there and vanished. `unhealthy`: the last create or update left it unhealthy. */
export type StepReason = "gone" | "unhealthy" | "interrupted";

/** A resource for display: as the state file holds it, but with `[secret]` in the place of every ciphertext. */
export interface DisplayState extends Omit<ResourceState, "inputs" | "outputs"> {
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

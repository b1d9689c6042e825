/**
 * What an engine calls for one resource type. It is the shape of a Pulumi dynamic provider (so that Pulumi's own engine
 * can call it through `provider/dynamic.ts`), with a context and a detailed diff for engines that can use them.
 *
 * Values are plain JSON. In previews any value may be the unknown sentinel of Pulumi's protocol. Secrets arrive in clear.
 */
export interface Handler {
  /** Receives the stack's whole configuration, keys as `namespace:name`. Called once a run, before anything else. */
  configure?(request: { config: { get(key: string): string | undefined } }): void | Promise<void>;
  /**
   * Validates `news` and fills every input that can be derived.
   * @param olds the inputs of the last run; `{}` when the resource is new or is being replaced
   */
  check(olds: Properties, news: Properties): Promise<CheckResult>;
  /** Compares what was observed last (`olds`: the outputs) with what is wanted (`news`: checked inputs). Pure. */
  diff(id: string, olds: Properties, news: Properties): Promise<DiffResult>;
  /** @throws {InitializationFailure} created but not healthy: the engine keeps id and properties and tries an update next time */
  create(inputs: Properties, context?: OperationContext): Promise<{ id: string; outs: Properties }>;
  /** Observes. An answer without `id` means that the thing is gone; an unreachable host throws. */
  read(id: string, props: Properties, context?: OperationContext): Promise<ReadResult>;
  /**
   * Observes what a creation that was interrupted has left, from its checked inputs alone.
   * @returns `undefined` when there is nothing, or nothing that this very creation made
   */
  findInterrupted?(
    inputs: Properties,
    context?: OperationContext,
  ): Promise<{ id: string; props: Properties } | undefined>;
  /** @throws {InitializationFailure} */
  update(id: string, olds: Properties, news: Properties, context?: OperationContext): Promise<{ outs: Properties }>;
  /** Idempotent: deleting what is gone succeeds. */
  delete(id: string, props: Properties, context?: OperationContext): Promise<void>;
}

export type Properties = Record<string, unknown>;

export interface CheckResult {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export interface DiffResult {
  changes: boolean;
  /** Top-level property names that force a replacement. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** For display only: step decisions use the fields above. */
  details: PropertyChange[];
}

/** `live`: applied to the running thing. `restart`: the guest restarts. `replace`: a new thing takes its place. */
export type Impact = "live" | "restart" | "replace";

/** One difference. `path` is a property path such as `interfaces["eth0"].bridge` (lists of devices are keyed by name). */
export interface PropertyChange {
  path: string;
  impact: Impact;
  /** As observed; `undefined` when absent. */
  old: unknown;
  /** As declared; `undefined` when no longer declared. */
  new: unknown;
}

export interface ReadResult {
  id?: string;
  props?: Properties;
  /** The declared inputs as they were observed; what Pulumi shows as drift is the difference to them. */
  inputs?: Properties;
}

/** What an engine lends to an operation. All of it is optional: Pulumi's own engine passes nothing. */
export interface OperationContext {
  /** Aborts work as soon as it is safe. */
  signal?: AbortSignal;
  /** Reports what is going on, for a person; `fraction` is 0..1 where it is known. */
  progress?(message: string, fraction?: number): void;
  /** A remark for the user that belongs to the resource. */
  log?(severity: "info" | "warning", message: string): void;
  /** Runs a long wait without holding the engine's work slot (`--parallel` counts work, not waits). */
  idle?<T>(wait: () => Promise<T>): Promise<T>;
}

/**
 * Thrown by `create` and `update` for "the thing exists but is not healthy". The fields are the ones that Pulumi's dynamic
 * provider server turns into `ErrorResourceInitFailed`; `properties` must hold all outputs and `__provider`.
 */
export interface InitializationFailure extends Error {
  id: string;
  properties: Properties;
  reasons: string[];
}

/** The sentinel that stands for a value not known before `up` (Pulumi's `UnknownStringValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

import type { EngineEvent } from "../events.js";
import type { Project } from "../project.js";
import type { Providers } from "../providers/providers.js";
import type { StackSource } from "../providers/stack-reference.js";
import type { Redactor } from "../redact.js";
import type { Selection } from "../selection.js";
import type { StackConfig } from "../stack-config.js";
import type { ResourceState } from "../state/resource.js";
import type { Snapshot } from "../state/snapshot.js";
import type { PropertyMap } from "../values/value.js";
import type { Executor } from "./executor.js";
import type { Step } from "./step.js";

/** Everything the steps of one run share. */
export interface Deployment {
  project: Project;
  stack: string;
  preview: boolean;
  config: StackConfig;
  /** The resources at the beginning (after reading the real things, if that was asked for), in the order of the state. */
  base: readonly ResourceState[];
  /** `base` by URN, without old halves of replacements. */
  olds: ReadonlyMap<string, ResourceState>;
  /** What was in the state and turned out to be gone. */
  gone: ReadonlySet<string>;
  /** By URN, the resources whose creation an earlier run did not finish, with the inputs that it was begun with. */
  interrupted: ReadonlyMap<string, ResourceState>;
  progress: RunProgress;
  snapshot: Snapshot;
  providers: Providers;
  executor: Executor;
  redactor: Redactor;
  continueOnError: boolean;
  /** What the operation is about. */
  selection: Selection;
  /** Where other stacks are read. */
  stacks: StackSource;
  emit(event: EngineEvent): void;
}

/** What happened so far; grows during the run. */
export interface RunProgress {
  /** What the program registered, by URN, as it is or (in previews) will be. */
  registered: Map<string, ResourceState>;
  /** URNs taken in this run, from the moment their registration arrives. */
  claimed: Set<string>;
  /** Old resources that the program still knows, so that the end of the run does not delete them. */
  kept: Set<ResourceState>;
  /** Old resources whose replacement exists, and what became of them: to be deleted at the end. */
  condemned: Map<ResourceState, ResourceState>;
  /** Deleted in this run to make room for a replacement, with the properties that forced it. */
  deletedFirst: Map<string, string[]>;
  /** Old halves of earlier replacements that had to go before the end of the run. */
  deletedEarly: Set<ResourceState>;
  /** URNs of what is deleted in this run. */
  deleting: Set<string>;
  replaced: Set<string>;
  /** What would be created, were it among the targets. */
  skippedCreates: Set<string>;
  /** Old resources that were taken over as they are, because others that are left alone depend on them. */
  carried: Set<ResourceState>;
  /** Registrations that failed or were skipped because of one that failed. */
  failed: Set<string>;
  /** Components whose outputs may still come. */
  openComponents: Map<string, Step>;
  /** What the program registered as outputs of the root stack. */
  stackOutputs: PropertyMap | undefined;
  /** The references to packages' default providers, from the moment somebody needs them. */
  defaultProviders: Map<string, Promise<string>>;
  /** The end of the queue of registrations being planned. */
  planning: Promise<unknown>;
}

export function newProgress(): RunProgress {
  return {
    registered: new Map(),
    claimed: new Set(),
    kept: new Set(),
    condemned: new Map(),
    deletedFirst: new Map(),
    deletedEarly: new Set(),
    deleting: new Set(),
    replaced: new Set(),
    skippedCreates: new Set(),
    carried: new Set(),
    failed: new Set(),
    openComponents: new Map(),
    stackOutputs: undefined,
    defaultProviders: new Map(),
    planning: Promise.resolve(),
  };
}

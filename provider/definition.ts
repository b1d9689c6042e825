import type { z } from "zod";
import type { OperationContext, Properties, PropertyChange } from "./handler.js";
import type { Host } from "./host/host.js";
import type { Owner } from "./owner.js";

/** The args that every resource has besides its own. `check` fills what is missing. */
export interface CommonArgs {
  owner: Owner;
  incarnation: string;
}

/**
 * One type of resource. `create` and `update` are one `reconcile`: observe the host, ensure the thing exists, sync each
 * aspect by comparing what was observed with what is wanted, answer the fresh state.
 *
 * `State` holds every args property under the same name, as observed, and what is only known afterwards.
 */
export interface ResourceDefinition<Args extends CommonArgs, State extends Args> {
  /** The name of the type, as users write it: `Domain`. */
  type: string;
  /** Validates and documents the args, and classifies their changes. */
  args: z.ZodObject;
  /** Things with a unique name are deleted before their replacement is made; files are not. */
  deleteBeforeReplace: boolean;
  /** Fills every value that can be derived without asking a host. Values may be unknown in previews. Pure. */
  derive?(args: Args, old: Partial<Args>): Args;
  /** Problems that a schema cannot express. */
  validate?(args: Args): { property: string; reason: string }[];
  /** Corrects the classified changes where the impact depends on what was observed. Pure. */
  refineDiff?(changes: PropertyChange[], observed: State, wanted: Args): PropertyChange[];
  id(state: State): string;
  /** @throws {CreatedButBroken} when the thing exists but is not healthy */
  reconcile(operation: Operation<Args, State>): Promise<State>;
  /** @returns `undefined` when the thing is gone; everything else that goes wrong is thrown */
  read(operation: ReadOperation<State>): Promise<State | undefined>;
  delete(operation: ReadOperation<State>): Promise<void>;
  /** Whether `read`, asked with nothing but args, really found something. Types that live in the state only never do. */
  exists?(state: State): boolean;
}

export interface Operation<Args, State> {
  args: Args;
  /** What was remembered: a cache of identifiers, not proof of existence. */
  state: State | undefined;
  context: Required<OperationContext>;
  /** The connection to the host that the args name. Resources without a host never ask for it. */
  host(): Promise<Host>;
}

export interface ReadOperation<State> {
  state: State;
  context: Required<OperationContext>;
  host(): Promise<Host>;
}

/** Keeps of an observation only those optional args that are declared: nobody declared the others, so they never differ. */
export function declaredOnly<T extends Properties>(
  definition: { args: z.ZodObject },
  observed: T,
  declared: Properties,
): T {
  return Object.fromEntries(
    Object.entries(observed).filter(
      ([name, value]) => value !== undefined && (!(name in definition.args.shape) || declared[name] !== undefined),
    ),
  ) as T;
}

import type { PropertyMap } from "../values/value.js";

/** One resource as the state remembers it. Never changed in place: a change is a new object. */
export interface ResourceState {
  urn: string;
  type: string;
  /** Managed by a provider; otherwise a component, which only groups others. */
  custom: boolean;
  /** `undefined` for components, and in previews for what does not exist yet. */
  id: string | undefined;
  /** As `check` answered them. */
  inputs: PropertyMap;
  /** As the last create, update or read answered them. */
  outputs: PropertyMap;
  parent: string | undefined;
  /** `<provider urn>::<provider id>` */
  provider: string | undefined;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** The old half of a replacement, to be deleted. */
  delete: boolean;
  /** Deleted already to make room for its replacement, which does not exist yet. */
  pendingReplacement: boolean;
  protect: boolean;
  retainOnDelete: boolean;
  /** Only looked up, never managed. */
  external: boolean;
  initErrors: string[];
  additionalSecretOutputs: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  deletedWith: string | undefined;
  /** In seconds. */
  customTimeouts: Record<string, number> | undefined;
  created: string | undefined;
  modified: string | undefined;
  sourcePosition: string | undefined;
}

/** What was under way when the last run ended. */
export interface PendingOperation {
  resource: ResourceState;
  type: PendingKind;
}
export type PendingKind = "creating" | "updating" | "deleting" | "reading" | "importing";

/** The URNs that must come before a resource in the state, and that it must be deleted before. */
export function referencesOf(state: ResourceState): string[] {
  return [
    ...(state.parent === undefined ? [] : [state.parent]),
    ...(state.provider === undefined ? [] : [providerUrn(state.provider)]),
    ...state.dependencies,
    ...Object.values(state.propertyDependencies).flat(),
    ...(state.deletedWith === undefined ? [] : [state.deletedWith]),
  ];
}

/** The URN half of a provider reference. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** The id half of a provider reference. */
export function providerId(reference: string): string {
  return reference.slice(reference.lastIndexOf("::") + 2);
}

/** The URNs that a resource mentions, in memory or as stored. */
export interface References {
  parent?: string | null | undefined;
  provider?: string | null | undefined;
  dependencies?: string[] | null | undefined;
  propertyDependencies?: Record<string, string[] | null | undefined> | null | undefined;
  deletedWith?: string | null | undefined;
}

/** Rewrites every URN a resource mentions; those renamed to `undefined` go. */
export function mapReferences<T extends References>(state: T, rename: (urn: string) => string | undefined): T {
  const all = (urns: string[] | null | undefined) => urns?.flatMap((urn) => rename(urn) ?? []);
  const one = (urn: string | null | undefined) => (urn ? rename(urn) : undefined);
  const provider = state.provider ? rename(providerUrn(state.provider)) : undefined;
  return {
    ...state,
    parent: one(state.parent),
    provider: provider === undefined ? state.provider : `${provider}::${providerId(state.provider ?? "")}`,
    dependencies: all(state.dependencies),
    propertyDependencies:
      state.propertyDependencies &&
      Object.fromEntries(Object.entries(state.propertyDependencies).map(([property, urns]) => [property, all(urns)])),
    deletedWith: one(state.deletedWith),
  };
}

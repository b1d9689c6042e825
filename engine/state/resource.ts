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

/** Rewrites every URN a resource mentions. */
export function mapReferences(state: ResourceState, rename: (urn: string) => string | undefined): ResourceState {
  const all = (urns: string[]) => urns.flatMap((urn) => rename(urn) ?? []);
  const provider = state.provider === undefined ? undefined : rename(providerUrn(state.provider));
  return {
    ...state,
    parent: state.parent === undefined ? undefined : rename(state.parent),
    provider: provider === undefined ? state.provider : `${provider}::${providerId(state.provider ?? "")}`,
    dependencies: all(state.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(state.propertyDependencies).map(([property, urns]) => [property, all(urns)]),
    ),
    deletedWith: state.deletedWith === undefined ? undefined : rename(state.deletedWith),
  };
}

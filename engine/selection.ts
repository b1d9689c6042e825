import { type ResourceState, referencesOf } from "./state/resource.js";
import { isProviderType, ROOT_STACK_TYPE } from "./urn.js";

/** Which resources an operation is about. Providers and the root stack always take part: without them nothing works. */
export interface Selection {
  /** Whether the operation leaves anything alone. */
  narrows: boolean;
  /** Whether resources may be asked for that depend on some the operation does not make. */
  refusesGaps: boolean;
  /**
   * Whether a resource takes part. With `--target-dependents` and `--exclude-dependents` the answer depends on the ones asked
   * for before, so what a resource depends on must have been asked for before it.
   */
  includes(state: ResourceState): boolean;
  /** The same without those that take part in any case. */
  means(state: ResourceState): boolean;
  /** Whether a resource is to be replaced, whatever it differs in. */
  replaces(urn: string): boolean;
  /** Of resources in the order of the state, those that the operation may delete, and whether it was told to. */
  deletable(resources: readonly ResourceState[]): (urn: string) => "yes" | "unasked" | "no";
  /** URNs that were named in full; they have to exist. */
  named(): { all: string[]; replaced: string[] };
}

export interface SelectionOptions {
  targets?: readonly string[];
  targetDependents?: boolean;
  excludes?: readonly string[];
  excludeDependents?: boolean;
  replace?: readonly string[];
}

export function createSelection(options: SelectionOptions): Selection {
  const targets = createUrnSet(options.targets);
  const excludes = createUrnSet(options.excludes);
  const replaced = createUrnSet(options.replace);
  const narrowed = targets.isEmpty ? excludes : targets;
  /** Those that are in because of what they depend on. */
  const followers = new Set<string>();

  function isNamed(state: ResourceState): boolean {
    const follow = targets.isEmpty ? options.excludeDependents : options.targetDependents;
    const matches = (urn: string) => narrowed.has(urn) || followers.has(urn);
    if (matches(state.urn)) return true;
    if (follow !== true || !referencesOf(state).some(matches)) return false;
    followers.add(state.urn);
    return true;
  }

  const means = (state: ResourceState) => narrowed.isEmpty || isNamed(state) === !targets.isEmpty;

  return {
    narrows: !narrowed.isEmpty,
    refusesGaps: !targets.isEmpty || !replaced.isEmpty,
    includes(state) {
      return isProviderType(state.type) || state.type === ROOT_STACK_TYPE || means(state);
    },
    means,
    replaces: (urn) => replaced.has(urn),
    deletable(resources) {
      if (narrowed.isEmpty) return () => "yes";
      const named = resources.filter(({ urn }) => narrowed.has(urn)).map(({ urn }) => urn);
      if (targets.isEmpty) {
        const kept = withDependencies(resources, new Set(named));
        if (options.excludeDependents) for (const urn of withDependents(resources, new Set(kept))) kept.add(urn);
        return (urn) => (kept.has(urn) ? "no" : "yes");
      }
      const reached = withDependents(resources, new Set(named));
      return (urn) => {
        if (!reached.has(urn)) return "no";
        return targets.has(urn) || options.targetDependents === true ? "yes" : "unasked";
      };
    },
    named: () => ({ all: narrowed.literals, replaced: replaced.literals }),
  };
}

interface UrnSet {
  isEmpty: boolean;
  literals: string[];
  has(urn: string): boolean;
}

/** In a pattern `*` stands for anything without a colon, `**` for anything. */
function createUrnSet(patterns: readonly string[] = []): UrnSet {
  const literals = patterns.filter((pattern) => !pattern.includes("*"));
  const globs = patterns.filter((pattern) => pattern.includes("*")).map(globToRegExp);
  const exact = new Set(literals);
  return {
    isEmpty: patterns.length === 0,
    literals,
    has: (urn) => exact.has(urn) || globs.some((glob) => glob.test(urn)),
  };
}

function globToRegExp(glob: string): RegExp {
  const source = glob.split("**").map((part) => part.split("*").map(escapeRegExp).join("[^:]*"));
  return new RegExp(`^${source.join(".*")}$`, "s");
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Adds to `urns` everything that depends on them; what depends on something comes after it. */
function withDependents(resources: readonly ResourceState[], urns: Set<string>): Set<string> {
  for (const state of resources) if (referencesOf(state).some((urn) => urns.has(urn))) urns.add(state.urn);
  return urns;
}

/** Adds to `urns` everything that they depend on. */
function withDependencies(resources: readonly ResourceState[], urns: Set<string>): Set<string> {
  for (const state of [...resources].reverse()) {
    if (urns.has(state.urn)) for (const urn of referencesOf(state)) urns.add(urn);
  }
  return urns;
}

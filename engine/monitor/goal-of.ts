import { pathToFileURL } from "node:url";
import type { Goal } from "../deployment/goal.js";
import type { Project } from "../project.js";
import type { resourceMessages } from "../protocol.js";
import { isProviderType } from "../urn.js";
import { hashAssets } from "../values/assets.js";
import { fromStruct } from "../values/rpc.js";

type Request = resourceMessages.RegisterResourceRequest;

/**
 * Reads a registration.
 * @throws {Error} for options that the engine does not have: to ignore one would be to do something else than was asked
 */
export async function goalOf(request: Request, project: Project): Promise<Goal> {
  refuseUnsupported(request);
  const inputs = await hashAssets(fromStruct(request.getObject()), project.programDirectory);
  const dependencies = request.getDependenciesList();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent() || undefined,
    inputs,
    dependencies,
    propertyDependencies: propertyDependenciesOf(request, Object.keys(inputs)),
    aliases: request.getAliasurnsList(),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deletedWith: request.getDeletedwith() || undefined,
    customTimeouts: timeoutsOf(request),
    sourcePosition: positionOf(request, project),
  };
}

function refuseUnsupported(request: Request): void {
  const used: [boolean, string][] = [
    [request.getRemote(), "remote components"],
    [request.getImportid() !== "", "the option import"],
    [request.getReplaceWithList().length > 0, "the option replaceWith"],
    [request.hasReplacementTrigger(), "the option replacementTrigger"],
    [request.getTransformsList().length > 0, "transforms"],
    [request.hasHooks(), "resource hooks"],
    [request.getHidediffsList().length > 0, "the option hideDiffs"],
    [request.getPackageref() !== "", "parameterized packages"],
    [request.getCustom() && isProviderType(request.getType()), "explicit providers"],
    [hasForeignProvider(request.getProvider()), "explicit providers"],
    [request.getAliasesList().length > 0, "alias specifications"],
  ];
  const refused = used.filter(([isUsed]) => isUsed).map(([, what]) => what);
  if (refused.length === 0) return;
  throw new Error(
    `Cannot register resource "${request.getName()}" (${request.getType()}): the embedded engine does not support ${[...new Set(refused)].join(", ")}; use the Pulumi CLI on this stack`,
  );
}

/** A reference to the default provider is one the engine gave out itself. */
function hasForeignProvider(reference: string): boolean {
  return reference !== "" && !reference.includes("::pulumi:providers:pulumi-nodejs::default::");
}

/** An old SDK says nothing of single properties: then each depends on everything. */
function propertyDependenciesOf(request: Request, properties: string[]): Record<string, string[]> {
  const said = request.getPropertydependenciesMap();
  if (said.getLength() === 0) {
    return Object.fromEntries(properties.map((property) => [property, request.getDependenciesList()]));
  }
  return Object.fromEntries([...said.entries()].map(([property, list]) => [property, list.getUrnsList()]));
}

function timeoutsOf(request: Request): Record<string, number> | undefined {
  const timeouts = request.getCustomtimeouts();
  if (timeouts === undefined) return undefined;
  const all = { create: timeouts.getCreate(), update: timeouts.getUpdate(), delete: timeouts.getDelete() };
  const set = Object.entries(all).filter(([, text]) => text !== "");
  return set.length === 0 ? undefined : Object.fromEntries(set.map(([name, text]) => [name, secondsOf(text)]));
}

/**
 * Reads a Go duration such as `1h30m` or `90s`.
 * @throws {SyntaxError}
 */
export function secondsOf(duration: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
  const parts = [...duration.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== duration) {
    throw new SyntaxError(`Cannot read duration "${duration}": it must be like 90s or 1h30m`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? "s"] ?? 1), 0);
}

/** Where in the project a resource is made, for people who read the state. */
function positionOf(request: Request, project: Project): string | undefined {
  const position = request.getSourceposition();
  const root = `${pathToFileURL(project.root).href}/`;
  if (position === undefined || !position.getUri().startsWith(root)) return undefined;
  return `project:///${position.getUri().slice(root.length)}#${position.getLine()},${position.getColumn()}`;
}

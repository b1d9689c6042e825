/** A resource's unique name: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface UrnParts {
  stack: string;
  project: string;
  /** The types from the outermost component to the resource, joined by `$`. The root stack does not count. */
  qualifiedType: string;
  name: string;
}

export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";
const PREFIX = "urn:pulumi:";

export function createUrn(resource: {
  stack: string;
  project: string;
  parent: string | undefined;
  type: string;
  name: string;
}): string {
  const parentType = resource.parent === undefined ? "" : parseUrn(resource.parent).qualifiedType;
  const prefix = parentType === "" || parentType === ROOT_STACK_TYPE ? "" : `${parentType}$`;
  return formatUrn({ ...resource, qualifiedType: `${prefix}${resource.type}` });
}

export function formatUrn({ stack, project, qualifiedType, name }: UrnParts): string {
  return `${PREFIX}${stack}::${project}::${qualifiedType}::${name}`;
}

/** @throws {SyntaxError} */
export function parseUrn(urn: string): UrnParts {
  const parts = urn.startsWith(PREFIX) ? urn.slice(PREFIX.length).split("::") : [];
  const [stack, project, qualifiedType] = parts;
  if (stack === undefined || project === undefined || qualifiedType === undefined || parts.length < 4) {
    throw new SyntaxError(`Cannot read URN "${urn}": it must be urn:pulumi:<stack>::<project>::<type>::<name>`);
  }
  // A name may contain "::", so it is everything that is left.
  return { stack, project, qualifiedType, name: parts.slice(3).join("::") };
}

export function nameOf(urn: string): string {
  return parseUrn(urn).name;
}

/** The stack resource itself, which every program registers first. */
export function rootUrn(stack: string, project: string): string {
  return formatUrn({ stack, project, qualifiedType: ROOT_STACK_TYPE, name: `${project}-${stack}` });
}

/** `pkg` of the type token `pkg:module:Name`; of a provider's type `pulumi:providers:pkg` the package it provides. */
export function packageOf(type: string): string {
  const [first = "", second, third] = type.split(":");
  return first === "pulumi" && second === "providers" ? (third ?? "") : first;
}

export function isProviderType(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

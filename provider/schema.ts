import { z } from "zod";
import { type Impact, UNKNOWN } from "./handler.js";

/** What a change of a property means, kept beside the schema of the property. */
interface PropertyMeta {
  impact: Impact | "none";
  /** For lists of objects: the member that identifies an element, so that a reordered list is no change. */
  key?: string;
}

const properties = z.registry<PropertyMeta>();

/** A change is applied to the running thing. */
export function live<T extends z.ZodType>(schema: T, key?: string): T {
  return describe(schema, "live", key);
}

/** A change restarts the guest. */
export function restart<T extends z.ZodType>(schema: T, key?: string): T {
  return describe(schema, "restart", key);
}

/** A change makes a new thing that takes the place of the old one. */
export function replace<T extends z.ZodType>(schema: T, key?: string): T {
  return describe(schema, "replace", key);
}

/** A change is no change of the thing (it steers how we work, such as how long to wait). */
export function noImpact<T extends z.ZodType>(schema: T): T {
  return describe(schema, "none");
}

function describe<T extends z.ZodType>(schema: T, impact: PropertyMeta["impact"], key?: string): T {
  // A copy: the same schema may stand for other properties, with other impacts.
  const own = schema.clone(undefined, { parent: true }) as T;
  properties.add(own, key === undefined ? { impact } : { impact, key });
  return own;
}

/** The impact declared for a property's schema; `undefined` for members that follow their parent. */
export function metaOf(schema: z.ZodType): PropertyMeta | undefined {
  const inner = unwrap(schema);
  return properties.get(schema) ?? (inner === schema ? undefined : properties.get(inner));
}

/** The schema without `optional` and `default` around it. */
export function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

/** One reason why a value is not acceptable. `property` is a path such as `disks[0].source.path`. */
export interface Failure {
  property: string;
  reason: string;
}

/**
 * Validates a resource's inputs. In a preview any value, at any depth, may be {@link UNKNOWN}; it is accepted and kept.
 * @returns the value with defaults filled in, or every failure found
 */
export function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
): { value: z.output<T> } | { failures: Failure[] } {
  const result = lenient(schema).safeParse(value);
  if (result.success) return { value: result.data as z.output<T> };
  return { failures: result.error.issues.flatMap((issue) => failuresOf(issue, [])) };
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Whether an unknown hides anywhere in the value. */
export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}

const lenientSchemas = new WeakMap<z.ZodType, z.ZodType>();

/** The same schema with "or unknown" at every place. Refinements belong on leaves: those of objects are not carried over. */
function lenient(schema: z.ZodType): z.ZodType {
  const known = lenientSchemas.get(schema);
  if (known !== undefined) return known;
  const made = z.union([z.literal(UNKNOWN), withLenientMembers(schema)]);
  lenientSchemas.set(schema, made);
  return made;
}

function withLenientMembers(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return z.optional(withLenientMembers(schema.unwrap() as z.ZodType));
  if (schema instanceof z.ZodDefault) {
    return withLenientMembers(schema.unwrap() as z.ZodType).default(schema.def.defaultValue);
  }
  if (schema instanceof z.ZodPrefault) {
    return withLenientMembers(schema.unwrap() as z.ZodType).prefault(schema.def.defaultValue as object);
  }
  if (schema instanceof z.ZodArray) return z.array(lenient(schema.element as z.ZodType));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), lenient(schema.valueType as z.ZodType));
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(
      Object.entries(schema.shape).map(([name, member]) => [name, lenient(member as z.ZodType)]),
    );
    return schema.def.catchall instanceof z.ZodNever ? z.strictObject(shape) : z.looseObject(shape);
  }
  return schema;
}

/** The issue of a lenient union is the issue of its second branch: nobody meant to write the sentinel. */
function failuresOf(issue: z.core.$ZodIssue, parent: PropertyKey[]): Failure[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length === 2) {
    const [sentinel, real] = issue.errors;
    if (sentinel?.[0]?.code === "invalid_value" && sentinel[0].values[0] === UNKNOWN && real !== undefined) {
      return real.flatMap((inner) => failuresOf(inner, path));
    }
  }
  const isMissing = issue.code === "invalid_type" && /received undefined$/.test(issue.message);
  return [{ property: formatPath(path), reason: isMissing ? "is missing" : issue.message }];
}

/** `["disks", 0, "source"]` -> `disks[0].source`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

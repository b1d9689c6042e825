import { z } from "zod";
import { formatPath, type Path, quote } from "./diagnostics.js";
import type { Report } from "./report.js";
import { closest } from "./suggest.js";

/** The keys of a mapping with the schema of each. Messages of the schemas complete a sentence: "must be …". */
export type Shape = Record<string, z.ZodType>;

/** What was read of a mapping. A key is `undefined` when it is absent, or when it was complained about. */
export type Fields<S extends Shape> = { [K in keyof S]: z.output<S[K]> | undefined };

export interface Element {
  value: unknown;
  path: Path;
}

/** Keys that are known but not acted upon. */
const inert = z.registry<{ severity: "error" | "warning"; text: string }>();

/** A key of kvm-compose that cannot be done yet: an error, unless it is empty. @param hint what to do instead */
export function notYet(hint?: string): z.ZodType {
  const text = `is not supported yet${hint === undefined ? "; leave it out" : `: ${hint}`}`;
  return z.unknown().register(inert, { severity: "error", text });
}

/** A key of kvm-compose that changes nothing, there or here: a warning. */
export function noEffect(reason: string): z.ZodType {
  return z.unknown().register(inert, { severity: "warning", text: `has no effect: ${reason}` });
}

export const text = z.string("must be text").min(1, "must not be empty");
export const count = z.int("must be a whole number").min(1, "must be at least 1");
export const flag = z.boolean("must be true or false");
/** Something that is looked into later. */
export const anything = z.unknown();

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}`);
}

/** Takes plain values apart and reports whatever is not as it should be; goes on with the rest. */
export class Reader {
  constructor(readonly report: Report) {}

  /** Each key by its own schema, so that one mistake hides no other. Absent and null are the same. */
  object<S extends Shape>(shape: S, value: unknown, path: Path): Fields<S> | undefined {
    if (!this.#isMapping(value, path)) return undefined;
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key)) this.#unknownKey(key, Object.keys(shape), path);
    }
    const fields = Object.entries(shape).map(([key, schema]) => [
      key,
      this.#field(schema, Object.hasOwn(value, key) ? value[key] : undefined, [...path, key]),
    ]);
    return Object.fromEntries(fields) as Fields<S>;
  }

  list(value: unknown, path: Path): Element[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((element, index) => ({ value: element, path: [...path, index] }));
    this.report.error("type", path, `${formatPath(path)} must be a list, not ${describe(value)}`);
    return [];
  }

  #isMapping(value: unknown, path: Path): value is Record<string, unknown> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return true;
    const subject = path.length === 0 ? "the file" : formatPath(path);
    this.report.error("type", path, `${subject} must be a mapping of keys to values, not ${describe(value)}`);
    return false;
  }

  #unknownKey(key: string, known: string[], parent: Path): void {
    const path = [...parent, key];
    const meant = closest(key, known);
    const hint = meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
    this.report.warn("unknown-key", path, `${formatPath(path)} is not a known key and has no effect${hint}`, {
      part: "key",
    });
  }

  #field(schema: z.ZodType, value: unknown, path: Path): unknown {
    const note = inert.get(schema);
    if (note !== undefined) {
      if (!isEmpty(value)) this.#inertKey(note, path);
      return undefined;
    }
    const result = schema.safeParse(value ?? undefined);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#complain(issue, value, path);
    return undefined;
  }

  #inertKey({ severity, text }: { severity: "error" | "warning"; text: string }, path: Path): void {
    const message = `${formatPath(path)} ${text}`;
    if (severity === "error") this.report.error("not-yet", path, message, { part: "key" });
    else this.report.warn("no-effect", path, message, { part: "key" });
  }

  #complain(issue: z.core.$ZodIssue, value: unknown, parent: Path): void {
    const path = [...parent, ...(issue.path as (string | number)[])];
    const found = valueAt(value, issue.path);
    if (found === undefined || found === null) {
      this.report.error("missing", path, `${formatPath(path)} is missing: it ${issue.message}`, { part: "key" });
    } else {
      this.report.error(
        "type",
        path,
        `${formatPath(path)} ${issue.message}, not ${describe(found)}${remedy(issue, found)}`,
      );
    }
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : inner,
    value,
  );
}

function remedy(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.message === "must be text" && typeof found !== "object") return "; put it in quotes";
  if (issue.code !== "invalid_value" || typeof found !== "string") return "";
  const meant = closest(found, issue.values.map(String));
  return meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
}

/** Nothing was asked for. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? quote(value) : String(value);
}

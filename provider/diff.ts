import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Impact, Properties, PropertyChange } from "./handler.js";
import { containsUnknown, metaOf, unwrap } from "./schema.js";

/**
 * Compares what was observed with what is wanted, property by property, as the args schema classifies them. Pure.
 *
 * A property that is absent on both sides is no change; lists whose schema names a key are compared by that key, so their
 * order does not matter; an unknown is an update (`live`), never a replacement, because it may turn out to be equal.
 */
export function diffProperties(schema: z.ZodObject, observed: Properties, wanted: Properties): PropertyChange[] {
  return Object.entries(schema.shape).flatMap(([name, member]) =>
    compare(member as z.ZodType, name, "replace", observed[name], wanted[name]),
  );
}

function compare(schema: z.ZodType, path: string, inherited: Impact, old: unknown, wanted: unknown): PropertyChange[] {
  const meta = metaOf(schema);
  if (meta?.impact === "none" || isDeepStrictEqual(old, wanted)) return [];
  const impact = meta?.impact ?? inherited;
  const inner = unwrap(schema);
  if (isRecord(old) && isRecord(wanted) && inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, member]) =>
      compare(member as z.ZodType, `${path}.${name}`, impact, old[name], wanted[name]),
    );
  }
  if (meta?.key !== undefined && Array.isArray(old) && Array.isArray(wanted) && inner instanceof z.ZodArray) {
    return compareKeyed(inner.element as z.ZodType, path, impact, meta.key, old, wanted);
  }
  return [{ path, impact: containsUnknown(wanted) ? "live" : impact, old, new: wanted }];
}

function compareKeyed(
  element: z.ZodType,
  path: string,
  impact: Impact,
  key: string,
  old: unknown[],
  wanted: unknown[],
): PropertyChange[] {
  const before = byKey(old, key);
  const after = byKey(wanted, key);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) =>
    compare(element, `${path}[${JSON.stringify(name)}]`, impact, before.get(name), after.get(name)),
  );
}

function byKey(list: unknown[], key: string): Map<string, unknown> {
  return new Map(list.map((item, index) => [String(isRecord(item) ? (item[key] ?? index) : item), item]));
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

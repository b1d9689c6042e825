import { isMap, type PropertyMap, type Value } from "./values/value.js";

/**
 * Resets what the program told to ignore to what was declared last time, so that it never differs.
 * @param paths such as `a.b[0]["c"]`; `*` stands for every key or index
 * @returns the inputs, and remarks about paths that cannot be ignored
 */
export function applyIgnoreChanges(
  old: PropertyMap,
  wanted: PropertyMap,
  paths: readonly string[],
): { inputs: PropertyMap; remarks: string[] } {
  let inputs: Value = wanted;
  const remarks: string[] = [];
  for (const path of paths) {
    const result = reset(old, inputs, parsePropertyPath(path));
    if (result === undefined) remarks.push(`cannot ignore changes in added or removed elements of the path "${path}"`);
    else inputs = result.value ?? {};
  }
  return { inputs: inputs as PropertyMap, remarks };
}

/** Splits a property path into keys and indices. */
export function parsePropertyPath(path: string): string[] {
  const parts = path.matchAll(/\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*(\d+|\*)\s*\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, name]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "");
}

/** @returns `undefined` when the path leads nowhere on one of the sides; `value: undefined` when the property goes away */
function reset(
  old: Value | undefined,
  wanted: Value | undefined,
  path: readonly string[],
): { value: Value | undefined } | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return { value: old };
  if (Array.isArray(wanted) && Array.isArray(old)) return resetInList(old, wanted, key, rest);
  if (!isMap(wanted) || !isMap(old)) return old === undefined && wanted === undefined ? { value: wanted } : undefined;
  const result: PropertyMap = { ...wanted };
  for (const name of key === "*" ? new Set([...Object.keys(old), ...Object.keys(wanted)]) : [key]) {
    const inner = reset(old[name], result[name], rest);
    if (inner === undefined) return undefined;
    if (inner.value === undefined) delete result[name];
    else result[name] = inner.value;
  }
  return { value: result };
}

function resetInList(
  old: Value[],
  wanted: Value[],
  key: string,
  rest: readonly string[],
): { value: Value } | undefined {
  const indices = key === "*" ? wanted.map((_, index) => index) : [Number(key)];
  const result = [...wanted];
  for (const index of indices) {
    if (!(index < old.length && index < wanted.length)) return undefined;
    const inner = reset(old[index], wanted[index], rest);
    if (inner === undefined) return undefined;
    result[index] = inner.value ?? null;
  }
  return { value: result };
}

import type { ConfigEntry } from "../engine/stack-config-read.js";

/** The key as people write it: the project's own namespace goes without saying. */
export function shortKey(key: string, project: string): string {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
}

/** Everything is a text for a program; what is not one is JSON. */
export function configText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(sorted(value)) : String(value);
}

/** An entry as the Pulumi CLI prints it: a secret that is not shown has no value at all. */
export function configJson({ value, secret }: ConfigEntry, { inClear }: { inClear: boolean }): Record<string, unknown> {
  if (secret && !inClear) return { secret };
  const isObject = typeof value === "object" && value !== null;
  return { value: configText(value), ...(isObject ? { objectValue: sorted(value) } : {}), secret };
}

/** Keys of objects have no order; sorted ones are the same every time. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

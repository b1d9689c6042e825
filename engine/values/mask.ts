import { isMap, type PropertyMap, Secret, type Value } from "./value.js";

export const MASK = "[secret]";

/** JSON for display: every secret reads `[secret]`. */
export function mask(value: Value): unknown {
  if (value instanceof Secret) return MASK;
  if (Array.isArray(value)) return value.map(mask);
  return isMap(value) ? maskProperties(value) : value;
}

export function maskProperties(properties: PropertyMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, mask(value)]));
}

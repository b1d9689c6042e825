import { encodeProperties } from "./state.js";
import { isMap, type PropertyMap, Secret, TAGS, tagOf, type Value } from "./value.js";

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

/** Properties as the state file holds them, with `[secret]` for every ciphertext: what was secret can still be told. */
export function blindProperties(properties: PropertyMap): Record<string, unknown> {
  return encodeProperties(properties, () => MASK);
}

/** Whether something that `blindProperties` answered stands for a secret. */
export function isBlinded(value: unknown): boolean {
  return tagOf(value as Value) === TAGS.secret;
}

import { UNKNOWN } from "../../provider/handler.js";

/**
 * A property value as the engine holds it: JSON, `Secret` for what must never be written in clear, and tagged objects
 * (an object with the key `SIGNATURE`) for resource references, assets and archives. An unknown value is the string `UNKNOWN`.
 */
export type Value = null | boolean | number | string | Secret | Value[] | PropertyMap;
export interface PropertyMap {
  [key: string]: Value;
}

/** A value that is encrypted in the state and masked in events. Secrets do not nest. */
export class Secret {
  readonly value: Exclude<Value, Secret>;

  constructor(value: Value) {
    this.value = value instanceof Secret ? value.value : value;
  }
}

/** The key that tells a tagged object from a plain one, in Pulumi's protocol and state. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The values of `SIGNATURE`. */
export const TAGS = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  float: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c",
  bytes: "803fd3297a5875dc03ca845dda5d2a98",
} as const;

export function isMap(value: Value | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** @returns the tag of a tagged object, `undefined` for everything else */
export function tagOf(value: Value | undefined): string | undefined {
  const tag = isMap(value) ? value[SIGNATURE] : undefined;
  return typeof tag === "string" ? tag : undefined;
}

export function containsSecret(value: Value): boolean {
  return some(value, (part) => part instanceof Secret);
}

export function containsUnknown(value: Value): boolean {
  return some(value, (part) => part === UNKNOWN);
}

function some(value: Value, matches: (part: Value) => boolean): boolean {
  if (matches(value)) return true;
  if (value instanceof Secret) return some(value.value, matches);
  if (Array.isArray(value)) return value.some((part) => some(part, matches));
  return isMap(value) && Object.values(value).some((part) => some(part, matches));
}

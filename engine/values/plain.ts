import type { Properties } from "../../provider/handler.js";
import { decodeMap, referenceToPlain } from "./rpc.js";
import { isMap, type PropertyMap, Secret, SIGNATURE, TAGS, tagOf, type Value } from "./value.js";

/**
 * What a handler sees: secrets in clear, references to resources as their ids. A fresh copy, so a handler may keep or
 * change it.
 */
export function toPlain(properties: PropertyMap): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plainOf(value)]));
}

/** The same with assets that have a hash only: so does Pulumi send what is compared, was, or is to be read or deleted. */
export function toHashedPlain(properties: PropertyMap): Properties {
  return toPlain(hashesOnly(properties) as PropertyMap);
}

function hashesOnly(value: Value): Value {
  if (value instanceof Secret) return new Secret(hashesOnly(value.value));
  if (Array.isArray(value)) return value.map(hashesOnly);
  if (!isMap(value)) return value;
  const tag = tagOf(value);
  if (tag === TAGS.asset || tag === TAGS.archive) return { [SIGNATURE]: tag, hash: value.hash ?? "" };
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, hashesOnly(part)]));
}

/** The clear JSON of a value, secrets included. */
export function plainOf(value: Value): unknown {
  if (value instanceof Secret) return plainOf(value.value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (!isMap(value)) return value;
  return tagOf(value) === TAGS.resource ? referenceToPlain(value) : toPlain(value);
}

/**
 * Takes over what a handler answered, as if it had travelled as a message: `undefined` properties are dropped, dates and
 * the like become what JSON makes of them, tagged secrets are secrets.
 */
export function fromPlain(properties: Properties): PropertyMap {
  return decodeMap(JSON.parse(JSON.stringify(properties)) as PropertyMap);
}

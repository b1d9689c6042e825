import type { DisplayState } from "../../engine/events.js";
import { MASK } from "../../engine/values/mask.js";
import { isMap, type PropertyMap, TAGS, tagOf, type Value } from "../../engine/values/value.js";

/** A resource in the form of Pulumi's state file, secrets as the text `[secret]`. What is empty is left out. */
export function encodeResource(state: DisplayState): object {
  const { urn, custom, type, inputs, outputs, ...rest } = state;
  const shown = {
    ...rest,
    inputs: withoutSecrets(inputs as PropertyMap),
    outputs: withoutSecrets(outputs as PropertyMap),
  };
  return { urn, custom, type, ...Object.fromEntries(Object.entries(shown).filter(([, value]) => !isEmpty(value))) };
}

function withoutSecrets(value: Value): Value {
  if (tagOf(value) === TAGS.secret) return MASK;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

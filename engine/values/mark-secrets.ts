import { containsSecret, isMap, type PropertyMap, Secret, type Value } from "./value.js";

/**
 * Handlers see and answer clear text. Whatever they answer under the name of a property that held a secret is a secret
 * again; plain objects are compared property by property, lists as a whole.
 */
export function remarkSecrets(answered: PropertyMap, marked: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(answered).map(([key, value]) => [
      key,
      Object.hasOwn(marked, key) ? remark(value, marked[key]) : value,
    ]),
  );
}

/** Makes the outputs secret that are declared so, and those whose input of the same name is. */
export function markSecretOutputs(outputs: PropertyMap, inputs: PropertyMap, declared: readonly string[]): PropertyMap {
  const isSecret = (key: string) => declared.includes(key) || inputs[key] instanceof Secret;
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, isSecret(key) ? new Secret(value) : value]),
  );
}

function remark(value: Value, marked: Value | undefined): Value {
  if (value instanceof Secret || marked === undefined) return value;
  if (isMap(value) && isMap(marked)) return remarkSecrets(value, marked);
  return containsSecret(marked) ? new Secret(value) : value;
}

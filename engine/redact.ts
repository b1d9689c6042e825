import { MASK } from "./values/mask.js";
import { plainOf } from "./values/plain.js";
import { isMap, Secret, type Value } from "./values/value.js";

/** Keeps secrets out of messages that others wrote: handlers' errors, the program's output. */
export interface Redactor {
  /** Remembers every secret text within a value. */
  learn(value: Value): void;
  redact(text: string): string;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    learn: (value) => collect(value, secrets),
    redact(text) {
      let result = text;
      for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, MASK);
      return result;
    },
  };
}

/** Shorter texts occur by chance, and masking them would garble messages while revealing the secret. */
const SHORTEST = 4;

function collect(value: Value, secrets: Set<string>): void {
  if (value instanceof Secret) collectText(plainOf(value), secrets);
  else if (Array.isArray(value)) for (const part of value) collect(part, secrets);
  else if (isMap(value)) for (const part of Object.values(value)) collect(part, secrets);
}

function collectText(plain: unknown, secrets: Set<string>): void {
  if (typeof plain === "string" && plain.trim().length >= SHORTEST) secrets.add(plain.trim());
  else if (typeof plain === "object" && plain !== null)
    for (const part of Object.values(plain)) collectText(part, secrets);
}

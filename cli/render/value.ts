import { isBlinded, MASK } from "../../engine/values/mask.js";
import { SIGNATURE, TAGS } from "../../engine/values/value.js";
import { UNKNOWN } from "../../provider/handler.js";

/** A value on one line. */
export function showValue(value: unknown): string {
  const isWord = typeof value === "string" && value !== UNKNOWN && !value.includes("\n");
  const text = isWord ? value : exactValue(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

/** A value on one line, as long as it takes, texts in quotes. */
export function exactValue(value: unknown): string {
  if (value === undefined) return "none";
  if (value === UNKNOWN) return "(known after up)";
  if (isBlinded(value)) return MASK;
  const tagged = showTagged(value);
  if (tagged !== undefined) return tagged;
  try {
    return JSON.stringify(value, (_, part) => (isBlinded(part) ? MASK : part === UNKNOWN ? "(known after up)" : part));
  } catch {
    return String(value);
  }
}

/** What of a value can be walked into: a list or a plain object. */
export function partsOf(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((part, index) => [`[${index}]`, part]);
  if (typeof value !== "object" || value === null || SIGNATURE in value) return undefined;
  return Object.entries(value);
}

function showTagged(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return undefined;
  const tagged = value as Record<string, unknown>;
  const hash = String(tagged.hash ?? "").slice(0, 7);
  const where = tagged.path ?? tagged.uri ?? "";
  if (tagged[SIGNATURE] === TAGS.asset) return `asset(${hash})${where === "" ? "" : ` ${where}`}`;
  if (tagged[SIGNATURE] === TAGS.archive) return `archive(${hash})${where === "" ? "" : ` ${where}`}`;
  if (tagged[SIGNATURE] === TAGS.resource) return String(tagged.id || tagged.urn || "");
  return undefined;
}

const LONGEST = 120;

import type { StepMetadata } from "../../engine/events.js";
import { ROOT_STACK_TYPE } from "../../engine/urn.js";

/** The line of a resource: mark, kind, name, what happens. */
export function resourceLine(symbol: string, { urn, type }: Pick<StepMetadata, "urn" | "type">, text: string): string {
  return ` ${symbol} ${resourceColumns(urn, type)} ${text}`;
}

/** Kind and name of a resource, in columns. */
export function resourceColumns(urn: string, type = typeOf(urn)): string {
  return `${shortType(type).padEnd(10)} ${nameOf(urn).padEnd(16)}`;
}

/** Kind and name of a resource in a sentence; "" for the stack itself. */
export function resourceTitle(urn: string): string {
  const type = typeOf(urn);
  return type === ROOT_STACK_TYPE ? "" : `${shortType(type)} ${nameOf(urn)}`.trim();
}

/** The name in a URN; the whole text if it is none. */
export function nameOf(urn: string): string {
  const parts = urn.split("::");
  return parts.length < 4 ? urn : parts.slice(3).join("::");
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function shortType(type: string): string {
  return type.split(/[:/]/).at(-1) ?? type;
}

import { textDifference } from "./text-diff.js";
import { exactValue, partsOf } from "./value.js";

/** A line of a tree of properties: how deep, what happens to it, what it says. */
export interface TreeLine {
  depth: number;
  symbol: "" | "+" | "-" | "~";
  text: string;
}

/** A property and all that is in it. */
export function valueTree(title: string, value: unknown, { depth, symbol }: Omit<TreeLine, "text">): TreeLine[] {
  const parts = visible(partsOf(value));
  if (parts === undefined || parts.length === 0) return [{ depth, symbol, text: `${title}: ${exactValue(value)}` }];
  const width = widest(parts.map(([key]) => key));
  return [
    { depth, symbol, text: `${title}: ${Array.isArray(value) ? "[" : "{"}` },
    ...parts.flatMap(([key, part]) => valueTree(key.padEnd(width), part, { depth: depth + 1, symbol })),
    { depth, symbol: "", text: Array.isArray(value) ? "]" : "}" },
  ];
}

/** What differs between two values of a property; nothing when they look the same. `undefined`: it is not there. */
export function differenceTree(title: string, old: unknown, wanted: unknown, depth: number): TreeLine[] {
  if (exactValue(old) === exactValue(wanted)) return [];
  if (old === undefined) return valueTree(title, wanted, { depth, symbol: "+" });
  if (wanted === undefined) return valueTree(title, old, { depth, symbol: "-" });
  if (partsOf(old) !== undefined && partsOf(wanted) !== undefined && Array.isArray(old) === Array.isArray(wanted)) {
    return [
      { depth, symbol: "~", text: `${title}: ${Array.isArray(wanted) ? "[" : "{"}` },
      ...partsDifference(old, wanted, depth + 1),
      { depth, symbol: "", text: Array.isArray(wanted) ? "]" : "}" },
    ];
  }
  if (typeof old === "string" && typeof wanted === "string" && `${old}${wanted}`.includes("\n")) {
    return [
      { depth, symbol: "~", text: `${title}:` },
      ...textDifference(old, wanted).map(
        ({ symbol, text }): TreeLine => ({ depth: depth + 1, symbol: symbol === " " ? "" : symbol, text }),
      ),
    ];
  }
  if (partsOf(old) === undefined && partsOf(wanted) === undefined)
    return [{ depth, symbol: "~", text: `${title}: ${exactValue(old)} => ${exactValue(wanted)}` }];
  return [...valueTree(title, old, { depth, symbol: "-" }), ...valueTree(title, wanted, { depth, symbol: "+" })];
}

/** What differs between the properties of two objects or the elements of two lists. */
export function partsDifference(old: unknown, wanted: unknown, depth: number): TreeLine[] {
  const before = new Map(visible(partsOf(old)));
  const after = new Map(visible(partsOf(wanted)));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const differing = keys.filter((key) => exactValue(before.get(key)) !== exactValue(after.get(key)));
  const width = widest(differing);
  return differing.flatMap((key) => differenceTree(key.padEnd(width), before.get(key), after.get(key), depth));
}

export function widest(titles: readonly string[]): number {
  return Math.max(0, ...titles.map((title) => title.length));
}

/** Programs never see names that begin so; the code of a dynamic provider is one. */
function visible(parts: [string, unknown][] | undefined): [string, unknown][] | undefined {
  return parts?.filter(([key]) => !key.startsWith("__"));
}

import { alignColumns } from "./align.js";

/** Outputs as a person wants to see them: lists of flat records as tables, everything else as `name: value`. */
export function formatOutputs(outputs: Record<string, unknown>): string[] {
  return Object.entries(outputs).flatMap(([name, value]) => {
    const rows = tableRows(value);
    if (rows !== undefined) return [`${name}:`, ...table(rows).map((row) => `  ${row}`)];
    return [`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`];
  });
}

function tableRows(value: unknown): Record<string, unknown>[] | undefined {
  const isRecord = (item: unknown): item is Record<string, unknown> =>
    typeof item === "object" && item !== null && !Array.isArray(item);
  return Array.isArray(value) && value.length > 0 && value.every(isRecord) ? value : undefined;
}

function table(rows: Record<string, unknown>[]): string[] {
  const found = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  // State keeps keys sorted; a table is read by its names.
  const names = [...found.filter((name) => name === "name"), ...found.filter((name) => name !== "name")];
  return alignColumns([names, ...rows.map((row) => names.map((name) => cell(row[name])))]);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

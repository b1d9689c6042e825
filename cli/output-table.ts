import { alignColumns } from "./align.js";

/** Outputs as the Pulumi CLI shows them. */
export function outputTable(outputs: Record<string, unknown>): string[] {
  const names = Object.keys(outputs).sort();
  const head = `Current stack outputs (${names.length}):`;
  if (names.length === 0) return [head, "    No output values currently in this stack"];
  const rows = names.map((name) => [name, outputText(outputs[name])]);
  return [head, ...alignColumns([["OUTPUT", "VALUE"], ...rows]).map((line) => `    ${line}`)];
}

export function outputText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

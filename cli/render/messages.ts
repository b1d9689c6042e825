import type { EngineEvent } from "../../engine/events.js";
import { colors as pc } from "../colors.js";
import { resourceColumns, resourceTitle } from "./line.js";

export function progressLine({ urn, message, fraction }: EngineEvent & { kind: "progress" }): string {
  const where = urn === undefined ? "" : `${resourceColumns(urn)} `;
  const percent = fraction === undefined ? "" : ` ${Math.round(fraction * 100)} %`;
  return pc.dim(` .  ${where}${message}${percent}`);
}

/** A diagnostic; lines after its first are indented, so that they are seen to belong to it. What programs print is left alone. */
export function diagnosticLines({ urn, severity, message }: EngineEvent & { kind: "diagnostic" }): string[] {
  const title = urn === undefined ? "" : resourceTitle(urn);
  const [first = "", ...rest] = String(message).trimEnd().split("\n");
  const printed = title === "" && (severity === "info" || severity === "info#err");
  const head = `${title === "" ? "" : `${title}: `}${first}`;
  return [`${labelOf(severity)}${head}`, ...rest.map((line) => (printed || line === "" ? line : `    ${line}`))];
}

function labelOf(severity: string): string {
  if (severity === "error") return `${pc.red("error:")} `;
  return severity === "warning" ? `${pc.yellow("warning:")} ` : "";
}

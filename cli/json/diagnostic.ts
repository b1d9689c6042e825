import type { EngineEvent, Severity } from "../../engine/events.js";

type Diagnostic = Pick<EngineEvent & { kind: "diagnostic" }, "severity" | "message" | "urn" | "ephemeral">;

/** A diagnostic in the form of Pulumi's engine events, never coloured. */
export function encodeDiagnostic({ urn, severity, message, ephemeral }: Diagnostic & { kind: "diagnostic" }): object {
  const prefix = prefixOf(severity);
  return {
    ...(urn === undefined ? {} : { urn }),
    ...(prefix === "" ? {} : { prefix }),
    message: endingLine(message),
    color: "never",
    severity,
    ...(ephemeral === true ? { ephemeral } : {}),
  };
}

/** The same in the digest of a preview. */
export function encodeDigestDiagnostic({ urn, severity, message }: Diagnostic): object {
  return {
    ...(urn === undefined ? {} : { urn }),
    message: `${prefixOf(severity)}${endingLine(message)}`,
    severity,
  };
}

/** The last word on a run that did not succeed; `undefined` when it did. */
export function verdict({ result, isPreview }: EngineEvent & { kind: "summary" }) {
  if (result === "succeeded") return undefined;
  const message = `${isPreview ? "preview" : "update"} ${result}`;
  return { kind: "diagnostic", severity: "error", message } as const;
}

function prefixOf(severity: Severity): string {
  return severity === "info" || severity === "info#err" ? "" : `${severity}: `;
}

function endingLine(message: string): string {
  return message.endsWith("\n") ? message : `${message}\n`;
}

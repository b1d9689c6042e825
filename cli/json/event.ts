import type { EngineEvent } from "../../engine/events.js";
import { encodeDiagnostic } from "./diagnostic.js";
import { encodeMetadata } from "./metadata.js";

/** What the events before say about this one. */
export interface Account {
  /** Steps that succeeded so far. */
  steps: number;
  /** Whether a step failed in a way that leaves open what it did. */
  maybeCorrupt: boolean;
}

/**
 * An event in the form of Pulumi's engine events, without its number and time.
 * @returns `undefined` for what has no such form, such as steps of the engine's own
 */
export function encodeEvent(event: EngineEvent, account: Account): object | undefined {
  switch (event.kind) {
    case "prelude":
      return { preludeEvent: { config: event.config } };
    case "stdout":
      return { stdoutEvent: { message: `${event.message}\n`, color: "never" } };
    case "diagnostic":
      return { diagnosticEvent: encodeDiagnostic(event) };
    case "progress":
      // Pulumi's own progress events tell of downloads only; what a provider says while it works is an ephemeral remark.
      return { diagnosticEvent: encodeDiagnostic({ ...event, kind: "diagnostic", severity: "info", ephemeral: true }) };
    case "resourcePre":
      return event.metadata.internal ? undefined : { resourcePreEvent: step(event, "pre") };
    case "resOutputs":
      return event.metadata.internal ? undefined : { resOutputsEvent: step(event, "done") };
    case "resOpFailed": {
      const metadata = encodeMetadata(event.metadata, "failed");
      return { resOpFailedEvent: { metadata, status: failureStatus(event), steps: account.steps } };
    }
    case "summary":
      return { summaryEvent: encodeSummary(event, account) };
    case "cancel":
      return { cancelEvent: {} };
    default:
      return undefined;
  }
}

/** 1: it exists and is kept. 2: nobody knows what was done. 0: nothing is left behind that the state would have to know. */
export function failureStatus({ status, metadata }: EngineEvent & { kind: "resOpFailed" }): 0 | 1 | 2 {
  if (status === "partial") return 1;
  return status === "ok" || metadata.op === "create" || metadata.op === "create-replacement" ? 0 : 2;
}

function step(event: EngineEvent & { kind: "resourcePre" | "resOutputs" }, phase: "pre" | "done"): object {
  return { metadata: encodeMetadata(event.metadata, phase), ...(event.planning ? { planning: true } : {}) };
}

function encodeSummary(event: EngineEvent & { kind: "summary" }, { maybeCorrupt }: Account): object {
  const { durationSeconds, resourceChanges, isPreview, result, unfinished } = event;
  return {
    maybeCorrupt,
    durationSeconds: Math.ceil(durationSeconds),
    resourceChanges,
    PolicyPacks: {},
    isPreview,
    result,
    // Pulumi's has no such field.
    ...(unfinished === undefined ? {} : { unfinished }),
  };
}

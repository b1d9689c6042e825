/** What is said of one resource (by its URN), in order; under "" of the run as a whole. */
export type Comparable = Record<string, unknown[]>;

interface Line {
  [kind: string]: Event;
}
interface Event {
  [field: string]: unknown;
  message?: string;
  severity?: string;
  urn?: string;
  metadata?: Step;
  resourceChanges?: Record<string, number>;
}
interface Step extends Record<string, unknown> {
  urn: string;
  type: string;
  op: string;
}

/**
 * The lines of a run without what differs from run to run (times, numbers, the order among resources) and without what
 * is known to differ between the two command lines; docs/output.md lists that.
 */
export function comparable(lines: readonly string[], { stage }: { stage: string }): Comparable {
  const events: Comparable = {};
  for (const line of lines) {
    const { sequence, timestamp, ...rest } = JSON.parse(line.replaceAll(ID, "default::ID")) as Line;
    for (const [kind, event] of Object.entries(rest)) {
      if (event.severity === "debug" || isLeftOut(kind, event, stage)) continue;
      const urn = event.metadata?.urn ?? event.urn ?? "";
      events[urn] = [...(events[urn] ?? []), { [kind]: withoutChance(event, stage) }];
    }
  }
  return events;
}

/** A digest, in the same manner. */
export function comparableDigest(text: string): unknown {
  const { duration, diagnostics = [], steps, ...rest } = JSON.parse(text.replaceAll(ID, "default::ID"));
  const bare = steps.map(({ diffReasons, detailedDiff, oldState, newState, ...step }: Record<string, object>) => ({
    ...step,
    hasDetails: detailedDiff !== undefined,
    ...(oldState === undefined ? {} : { oldState: withoutOrigin(oldState) }),
    ...(newState === undefined ? {} : { newState: withoutOrigin(newState) }),
  }));
  bare.sort((a: { urn: string }, b: { urn: string }) => (a.urn < b.urn ? -1 : 1));
  const messages = diagnostics.map((event: Event) => ({ ...event, message: event.message?.trim() }));
  return { ...rest, diagnostics: messages, steps: bare };
}

const ID = /default::[0-9a-f-]{36}/g;

function isLeftOut(kind: string, { metadata, severity }: Event, stage: string): boolean {
  if (severity === "info#err") return true;
  if (metadata === undefined) return false;
  if (stage === "refresh") return metadata.type !== "pulumi-nodejs:dynamic:Thing";
  return stage === "fail" && kind === "resOutputsEvent" && metadata.type === "pulumi:pulumi:Stack";
}

function withoutChance({ durationSeconds, steps, message, metadata, ...event }: Event, stage: string): object {
  const { diffs, detailedDiff, ...step }: Record<string, unknown> = metadata ?? {};
  const { same, ...changes } = event.resourceChanges ?? {};
  return {
    ...event,
    ...(message === undefined ? {} : { message: message.trim() }),
    ...(metadata === undefined ? {} : { metadata: { ...step, hasDetails: detailedDiff !== undefined } }),
    ...(event.resourceChanges !== undefined && stage === "refresh" ? { resourceChanges: changes } : {}),
  };
}

function withoutOrigin(state: object): object {
  const { created, modified, sourcePosition, stackTrace, ...rest } = state as Record<string, unknown>;
  return rest;
}

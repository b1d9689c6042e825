import type { DisplayState, EngineEvent, StepMetadata } from "../../engine/events.js";

/**
 * Completes the events of replacements, which tell their parts one by one: once the new thing is there, the old one only
 * waits to be deleted; once the old one was deleted first, only its replacement is missing.
 */
export function replacementCompleter(): (event: EngineEvent) => EngineEvent {
  const deleted = new Set<string>();
  const made = new Map<string, DisplayState>();
  return (event) => {
    if (event.kind !== "resourcePre" && event.kind !== "resOutputs") return event;
    const { op, urn, old, new: wanted } = event.metadata;
    const isDone = event.kind === "resOutputs";
    if (op === "delete-replaced" && isDone) deleted.add(urn);
    if (op !== "replace" && op !== "create-replacement") return event;
    if (deleted.has(urn)) return withStates(event, { old: old && { ...old, pendingReplacement: true }, new: wanted });
    if (op === "create-replacement" && isDone && wanted !== undefined) made.set(urn, wanted);
    const replacement = made.get(urn);
    if (replacement === undefined) return event;
    return withStates(event, { old: old && { ...old, delete: true }, new: replacement });
  };
}

function withStates<E extends { metadata: StepMetadata }>(event: E, states: Pick<StepMetadata, "old" | "new">): E {
  return { ...event, metadata: { ...event.metadata, ...states } };
}

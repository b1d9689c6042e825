import type { EngineEvent } from "../../engine/events.js";
import type { Renderer } from "../render/renderer.js";
import { verdict } from "./diagnostic.js";
import { type Account, encodeEvent, failureStatus } from "./event.js";
import { replacementCompleter } from "./replacements.js";

/** One line of JSON for each event, in the form of Pulumi's engine events. */
export function jsonLinesRenderer({ write }: { write(line: string): void }): Renderer {
  const account: Account = { steps: 0, maybeCorrupt: false };
  const complete = replacementCompleter();
  let sequence = 0;
  const put = (event: EngineEvent) => {
    const encoded = encodeEvent(complete(event), account);
    if (encoded === undefined) return;
    write(JSON.stringify({ sequence, timestamp: Math.floor(Date.now() / 1000), ...encoded }));
    sequence += 1;
  };
  return {
    render(event) {
      if (event.kind === "resOpFailed" && failureStatus(event) === 2) account.maybeCorrupt = true;
      const last = event.kind === "summary" ? verdict(event) : undefined;
      if (last !== undefined) put(last);
      put(event);
      if (counts(event)) account.steps += 1;
    },
  };
}

/** Outputs of components come when their children are done, but there is nothing to be done for the component itself. */
function counts(event: EngineEvent): boolean {
  if (event.kind !== "resourcePre" && event.kind !== "resOutputs") return false;
  const { metadata } = event;
  if (metadata.internal || !(metadata.logical || metadata.refreshed)) return false;
  const made = (metadata.new ?? metadata.old)?.custom === true || metadata.new === undefined;
  return made === (event.kind === "resOutputs");
}

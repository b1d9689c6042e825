import type { EngineEvent, StepMetadata } from "../../engine/events.js";
import { ROOT_STACK_TYPE } from "../../engine/urn.js";
import { isShown } from "../render/is-shown.js";
import type { Renderer } from "../render/renderer.js";
import { encodeDigestDiagnostic, verdict } from "./diagnostic.js";
import { failureStatus } from "./event.js";
import { encodeDetails } from "./metadata.js";
import { replacementCompleter } from "./replacements.js";
import { encodeResource } from "./resource.js";
import { withoutOutcome } from "./state.js";

/** One JSON document that sums up what would be done, as Pulumi's previews write it. It comes at the end. */
export function digestRenderer({ write }: { write(line: string): void }): Renderer {
  const complete = replacementCompleter();
  const steps = new Map<string, object>();
  const diagnostics: object[] = [];
  let config = {};
  let totals = {};
  let maybeCorrupt = false;
  let written = false;
  const seen = () => steps.size > 0 || diagnostics.length > 0 || Object.keys(totals).length > 0;

  function end(): void {
    if (written || !seen()) return;
    written = true;
    const digest = {
      ...ifAny("config", config),
      ...ifAny("steps", [...steps.values()]),
      ...ifAny("diagnostics", diagnostics),
      ...totals,
      ...(maybeCorrupt ? { maybeCorrupt } : {}),
    };
    write(JSON.stringify(digest, null, 4));
  }

  return {
    render(original) {
      const event = complete(original);
      if (event.kind === "prelude") config = event.config;
      else if (event.kind === "stdout")
        diagnostics.push(encodeDigestDiagnostic({ severity: "info", message: event.message }));
      else if (event.kind === "diagnostic") {
        if (event.severity !== "debug" && event.ephemeral !== true) diagnostics.push(encodeDigestDiagnostic(event));
      } else if (event.kind === "resourcePre" || event.kind === "resOutputs") {
        if (event.kind === "resourcePre" ? belongs(event.metadata) : hasDrifted(event.metadata))
          steps.set(keyOf(event.metadata), encodeStep(event));
      } else if (event.kind === "resOpFailed") maybeCorrupt ||= failureStatus(event) === 2;
      else if (event.kind === "summary") {
        const last = verdict(event);
        if (last !== undefined) diagnostics.push(encodeDigestDiagnostic(last));
        totals = {
          duration: Math.round(event.durationSeconds * 1e9),
          ...ifAny("changeSummary", event.resourceChanges),
        };
      } else if (event.kind === "cancel") end();
    },
    end,
  };
}

/** The root stack is always there. */
function belongs(metadata: StepMetadata): boolean {
  return !metadata.internal && (isShown(metadata) || metadata.type === ROOT_STACK_TYPE);
}

function hasDrifted({ refreshed, op }: StepMetadata): boolean {
  return refreshed && op !== "same";
}

/** What a refresh found takes the place of the step that looked; a resource may be refreshed and then updated. */
function keyOf({ op, urn, refreshed, old }: StepMetadata): string {
  return refreshed || op === "refresh" ? `refresh ${urn}` : `${op} ${urn} ${old?.id}`;
}

function encodeStep({ kind, metadata }: EngineEvent & { kind: "resourcePre" | "resOutputs" }): object {
  const { op, urn, provider, old, keys, diffs } = metadata;
  const made = kind === "resourcePre" && op !== "refresh" && op !== "read";
  const state = metadata.new && (made ? withoutOutcome(metadata.new, { id: undefined }) : metadata.new);
  return {
    op,
    urn,
    ...(provider === "" ? {} : { provider }),
    ...(old === undefined ? {} : { oldState: encodeResource(old) }),
    ...(state === undefined ? {} : { newState: encodeResource(state) }),
    ...ifAny("diffReasons", diffs),
    ...(op === "replace" ? ifAny("replaceReasons", keys) : {}),
    detailedDiff: encodeDetails(metadata, "kind"),
  };
}

function ifAny(name: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

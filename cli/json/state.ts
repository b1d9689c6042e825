import type { DisplayState } from "../../engine/events.js";
import { isMap, type PropertyMap, TAGS, tagOf, type Value } from "../../engine/values/value.js";

/** A resource in the form of Pulumi's engine events. What is false or absent is left out, but `id`, `parent` and `provider` are "". */
export function encodeState(state: DisplayState): object {
  const { type, urn, custom, id, parent, protect, external, retainOnDelete, provider, initErrors } = state;
  return {
    type,
    urn,
    ...(custom ? { custom } : {}),
    ...(state.delete ? { delete: true } : {}),
    id: id ?? "",
    parent: parent ?? "",
    ...(protect ? { protect } : {}),
    ...(external ? { external } : {}),
    ...(retainOnDelete ? { retainOnDelete } : {}),
    inputs: withoutContents(state.inputs as PropertyMap),
    outputs: withoutContents(state.outputs as PropertyMap),
    provider: provider ?? "",
    ...(initErrors.length > 0 ? { initErrors } : {}),
  };
}

/** A resource before anything is known of what a step makes of it. */
export function withoutOutcome(state: DisplayState, { id }: { id: string | undefined }): DisplayState {
  return { ...state, id, outputs: {} };
}

/** The text of an asset may be of any size: its hash tells it. */
function withoutContents(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutContents);
  if (!isMap(value)) return value;
  if (tagOf(value) === TAGS.asset && typeof value.text === "string") return { ...value, text: "<contents elided>" };
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutContents(part)]));
}

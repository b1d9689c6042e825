import { digestRenderer } from "../json/digest.js";
import { jsonLinesRenderer } from "../json/lines.js";
import { diffRenderer } from "./diff.js";
import { plainRenderer } from "./plain.js";
import type { OperationKind, Renderer, RenderOptions } from "./renderer.js";

/** What the flags of a command say about its output. */
export interface OutputFlags {
  diff?: boolean | undefined;
  json?: boolean | undefined;
  verbose?: boolean | undefined;
  /** What is run; every operation gets a renderer of its own. */
  kind: OperationKind;
}

/** Chooses how an operation is shown. JSON is one document for a preview and one line for each event of everything else. */
export function rendererOf(flags: OutputFlags, { write }: Pick<RenderOptions, "write">): Renderer {
  if (flags.json) return flags.kind === "preview" ? digestRenderer({ write }) : jsonLinesRenderer({ write });
  const options = { write, verbose: flags.verbose ?? false, kind: flags.kind };
  return flags.diff ? diffRenderer(options) : plainRenderer(options);
}

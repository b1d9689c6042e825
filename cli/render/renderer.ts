import type { EngineEvent } from "../../engine/events.js";

/** Turns the events of one operation into lines. */
export interface Renderer {
  render(event: EngineEvent): void;
  /** Writes what is still held back. To be called when the operation is over, however it ended. */
  end?(): void;
}

export interface RenderOptions {
  /** Receives a line without its end; a digest comes as one text of many lines. */
  write(line: string): void;
  /** Show every line of progress, not only beginnings and ends. */
  verbose: boolean;
  /** What the summary calls the operation. */
  kind?: OperationKind;
}

/** `preview`: whatever is only planned, be it an update, a refresh or a destruction. */
export type OperationKind = "preview" | "update" | "refresh" | "destroy";

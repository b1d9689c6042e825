import { type Diagnostic, formatDiagnostics } from "./diagnostics.js";
import { type LoadOptions, load } from "./load.js";

export interface FileCheck {
  diagnostics: Diagnostic[];
  /** The diagnostics for people; empty when there are none. */
  text: string;
}

/** Everything that is wrong with a file. Starts nothing and loads no engine. */
export function checkFile(path: string, { color, ...options }: LoadOptions & { color?: boolean } = {}): FileCheck {
  const { diagnostics } = load(path, options);
  return { diagnostics, text: formatDiagnostics(diagnostics, { color: color ?? false }) };
}

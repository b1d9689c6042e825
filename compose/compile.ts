import { check } from "./check.js";
import { type Diagnostic, hasErrors } from "./diagnostics.js";
import type { Kinds, Surroundings } from "./kind.js";
import { defaultKinds } from "./kinds.js";
import type { Model } from "./model.js";
import { parseYaml } from "./parse.js";
import { Report } from "./report.js";
import { readModel } from "./schema.js";

export interface CompileOptions extends Surroundings {
  /** What messages call the file. */
  file: string;
  /** Where it is known, names on the host are checked too. */
  project?: string | undefined;
  kinds?: Kinds | undefined;
}

export interface Compiled {
  /** In the order of the file. */
  diagnostics: Diagnostic[];
  /** Absent when there are errors. */
  model?: Model;
}

/** Text to a model that can be planned, or everything that is wrong with it. */
export function compile(text: string, { file, project, kinds = defaultKinds, ...around }: CompileOptions): Compiled {
  const { value, diagnostics: syntax, locate } = parseYaml(text, file);
  if (hasErrors(syntax)) return { diagnostics: syntax };
  const report = new Report();
  const model = readModel(value, kinds, report);
  check(model, { ...around, report }, project);
  const diagnostics = withoutRepeated([...syntax, ...report.problems.map(locate)].sort(byPlace));
  return hasErrors(diagnostics) ? { diagnostics } : { diagnostics, model };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** What several machines have through an alias is written once. */
function withoutRepeated(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byText = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const text = `${diagnostic.line} ${diagnostic.column} ${diagnostic.message}`;
    if (!byText.has(text)) byText.set(text, diagnostic);
  }
  return [...byText.values()];
}

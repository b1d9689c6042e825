import type { Code, Path, Severity } from "./diagnostics.js";

/** A diagnostic that was not yet looked up in the file. */
export interface Problem {
  severity: Severity;
  code: Code;
  path: Path;
  /** Whether the key or its value is meant. */
  part: "key" | "value";
  message: string;
}

type Aim = Partial<Pick<Problem, "part">>;

/** Collects problems, so that all are told at once. */
export class Report {
  readonly problems: Problem[] = [];

  error(code: Code, path: Path, message: string, { part = "value" }: Aim = {}): void {
    this.problems.push({ severity: "error", code, path, part, message });
  }

  warn(code: Code, path: Path, message: string, { part = "value" }: Aim = {}): void {
    this.problems.push({ severity: "warning", code, path, part, message });
  }
}

import pc from "picocolors";

type Colors = ReturnType<typeof pc.createColors>;

/** Where in the document: keys and positions in lists, from the top. */
export type Path = readonly (string | number)[];

export type Severity = "error" | "warning";

/** What kind of problem: stable, for programs that read diagnostics. */
export type Code =
  | "yaml"
  | "type"
  | "missing"
  | "unknown-key"
  | "not-yet"
  | "no-effect"
  | "value"
  | "reference"
  | "file";

export interface Diagnostic {
  severity: Severity;
  code: Code;
  message: string;
  file: string;
  path: Path;
  /** From 1. Absent when the problem is not at a place in the file. */
  line?: number;
  column?: number;
  /** Characters of the line that are meant. */
  length?: number;
  /** The line itself. */
  source?: string;
}

export interface FormatOptions {
  color?: boolean;
}

const printedAtMost = 50;
const widthOfSource = 120;

/** One block for each diagnostic, with the source line and a caret under it, then how many there are. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], { color = false }: FormatOptions = {}): string {
  if (diagnostics.length === 0) return "";
  const colors = pc.createColors(color);
  const blocks = diagnostics.slice(0, printedAtMost).map((diagnostic) => format(diagnostic, colors));
  return [...blocks, summary(diagnostics)].join("\n");
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** A value from the file as messages show it: quoted, on one line, of bounded length, nothing a terminal would obey. */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return escapeControls(JSON.stringify(short));
}

/** `machines[0].libvirt.cpus` */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${keyText(step)}`))
    .join("");
}

function keyText(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : quote(key);
}

function format(diagnostic: Diagnostic, colors: Colors): string {
  const { severity, message, file, line, column } = diagnostic;
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  const label = severity === "error" ? colors.red("error") : colors.yellow("warning");
  return [`${colors.bold(escapeControls(place))}: ${label}: ${message}`, ...snippet(diagnostic, colors)].join("\n");
}

function snippet({ severity, line, column, length, source }: Diagnostic, colors: Colors): string[] {
  if (line === undefined || column === undefined || source === undefined) return [];
  // A long line is cut so that the place meant stays in view.
  const from = Math.max(0, column - 1 - (source.length > widthOfSource ? widthOfSource / 2 : column));
  const shown = source.slice(from, from + widthOfSource);
  const before = shown.slice(0, column - 1 - from);
  const carets = "^".repeat(Math.max(1, Math.min(length ?? 1, shown.length - before.length)));
  const number = String(line);
  const caret = severity === "error" ? colors.red(carets) : colors.yellow(carets);
  return [
    `  ${colors.dim(`${number} |`)} ${printable(shown)}`,
    // Tabs are kept, so that the caret stands where the terminal puts the text.
    `  ${colors.dim(`${" ".repeat(number.length)} |`)} ${before.replace(/[^\t]/g, " ")}${caret}`,
  ];
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counts = [count(errors, "error"), count(diagnostics.length - errors, "warning")].filter((text) => text !== "");
  const hidden = diagnostics.length - printedAtMost;
  return counts.join(", ") + (hidden > 0 ? ` (${hidden} not shown)` : "");
}

function count(number: number, word: string): string {
  return number === 0 ? "" : `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** Each control character becomes one other, so that columns stay right. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\t]/gu, "\u00b7");
}

function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { Diagnostic, Path } from "./diagnostics.js";
import type { Problem } from "./report.js";

export interface Parsed {
  /** The document as plain values; `undefined` when it could not be read. */
  value: unknown;
  /** What the YAML itself is blamed for. */
  diagnostics: Diagnostic[];
  /** Finds the place of a problem. */
  locate(problem: Problem): Diagnostic;
}

const largest = 1024 * 1024;
/** One anchor may serve a few thousand guests; nested ones multiply and reach this soon. */
const maxAliasCount = 10_000;

/**
 * Text to plain values. The text may be anything: keys are unique, merge keys are ordinary keys, aliases are bounded, and
 * nothing but diagnostics comes back.
 */
export function parseYaml(text: string, file: string): Parsed {
  if (text.length > largest)
    return unreadable(file, `the file has ${text.length} characters, ${largest} at most are read`);
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: true,
      prettyErrors: false,
      logLevel: "error",
      lineCounter: lines,
    });
  } catch (error) {
    return unreadable(file, failureOf(error));
  }
  const place = (range: Range, diagnostic: Omit<Diagnostic, "file">) =>
    placed(text, lines, range, { ...diagnostic, file });
  const complain = (severity: "error" | "warning") => (error: YAMLError) =>
    place(meant(error, text), { severity, code: "yaml", path: [], message: sentence(error) });
  const locate = ({ part, ...problem }: Problem) => {
    const range = problem.path.length === 0 ? undefined : rangeOf(document, problem.path, part);
    return range === undefined ? { ...problem, file } : place(range, problem);
  };
  const diagnostics = [...document.errors.map(complain("error")), ...document.warnings.map(complain("warning"))];
  if (document.errors.length > 0) return { value: undefined, diagnostics, locate };
  try {
    return { value: document.toJS({ maxAliasCount }), diagnostics, locate };
  } catch (error) {
    return { ...unreadable(file, failureOf(error)), locate };
  }
}

/** The document nests or refers to itself in ways that are no description of a testbed. */
function failureOf(error: unknown): string {
  if (error instanceof RangeError) return "the document is nested too deeply";
  return `the document cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function unreadable(file: string, message: string): Parsed {
  const diagnostic: Diagnostic = { severity: "error", code: "yaml", path: [], message, file };
  return { value: undefined, diagnostics: [diagnostic], locate: (problem) => ({ ...problem, file }) };
}

function sentence({ code, message }: YAMLError): string {
  if (code === "DUPLICATE_KEY") return "this key was given before in the same mapping";
  if (code === "MULTIPLE_DOCS") return "a second document begins here; a file describes one testbed";
  return message.replace(/\.$/, "");
}

/** The parser points at where a key begins. */
function meant({ code, pos: [start, end] }: YAMLError, text: string): Range {
  const key = code === "DUPLICATE_KEY" ? (/^[\w.-]+/.exec(text.slice(start, start + 200))?.[0] ?? "") : "";
  return [start, Math.max(end, start + key.length)];
}

type Range = readonly [start: number, end: number];

/** As deep as the document goes along the path: a missing key is shown at what should hold it. */
function rangeOf(document: Document, path: Path, part: Problem["part"]): Range | undefined {
  let node = document.contents as Node | null;
  let key: Node | undefined;
  for (const [depth, step] of path.entries()) {
    const inner = stepInto(isAlias(node) ? node.resolve(document) : node, step);
    if (inner === undefined) break;
    key = inner.key;
    node = inner.value;
    if (part === "key" && depth === path.length - 1 && key !== undefined) return spanOf(key);
  }
  // A mapping or list begins somewhere below: its key says better what is meant, and so does the key of an empty value.
  const isLeaf = isScalar(node) ? node.value !== null : isAlias(node);
  return spanOf(isLeaf ? node : (key ?? firstKey(node)));
}

function stepInto(node: unknown, step: string | number): { key: Node | undefined; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair && { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (!isSeq(node) || typeof step !== "number" || step >= node.items.length) return undefined;
  return { key: undefined, value: node.items[step] as Node | null };
}

function firstKey(node: Node | null): Node | null {
  return isMap(node) ? ((node.items[0]?.key as Node | undefined) ?? node) : node;
}

function spanOf(node: Node | null): Range | undefined {
  if (!node?.range) return undefined;
  const [start, end] = node.range;
  return isScalar(node) || isAlias(node) ? [start, end] : [start, start + 1];
}

function placed(text: string, lines: LineCounter, [start, end]: Range, diagnostic: Diagnostic): Diagnostic {
  const { line, col: column } = lines.linePos(start);
  const from = lines.lineStarts[line - 1];
  // Before the first line the counter knows no line at all.
  if (from === undefined) return diagnostic;
  const source = text.slice(from).match(/^[^\r\n]*/)?.[0] ?? "";
  const length = Math.max(1, Math.min(end - start, source.length - column + 1));
  return { ...diagnostic, line, column, length, source };
}

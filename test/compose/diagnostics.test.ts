import assert from "node:assert/strict";
import { test } from "node:test";
import { type Diagnostic, formatDiagnostics, formatPath, quote } from "../../compose/diagnostics.js";

const problem: Diagnostic = {
  severity: "error",
  code: "value",
  message: 'machine "a" is odd',
  file: "lab.yaml",
  path: ["machines", 0],
  line: 12,
  column: 3,
  length: 4,
  source: "\t\tname: a",
};

test("tabs are kept above the caret", () => {
  assert.equal(
    formatDiagnostics([problem]),
    'lab.yaml:12:3: error: machine "a" is odd\n  12 | \t\tname: a\n     | \t\t^^^^\n1 error',
  );
});

test("a long line is cut around the place", () => {
  const source = `${"a".repeat(500)}HERE${"b".repeat(500)}`;
  const [, shown = "", carets = ""] = formatDiagnostics([{ ...problem, column: 501, source }]).split("\n");
  assert.ok(shown.length < 140);
  assert.equal(carets.indexOf("^"), shown.indexOf("HERE"));
});

test("colours are asked for", () => {
  assert.doesNotMatch(formatDiagnostics([problem]), /[^\P{Cc}\s]/u);
  assert.match(formatDiagnostics([problem], { color: true }), /\[31merror/);
});

test("what is not at a place has none, and there is an end to them", () => {
  const { line: _, column: __, source: ___, ...nowhere } = problem;
  assert.equal(formatDiagnostics([nowhere]), 'lab.yaml: error: machine "a" is odd\n1 error');
  const many = formatDiagnostics(Array.from({ length: 60 }, () => nowhere));
  assert.match(many, /60 errors \(10 not shown\)$/);
  assert.equal(formatDiagnostics([]), "");
});

test("paths and values are one line each", () => {
  assert.equal(formatPath(["machines", 0, "libvirt", "a b\n"]), 'machines[0].libvirt."a b\\n"');
  assert.equal(quote("a\u009b\u2028"), '"a\\u009b\\u2028"');
  assert.ok(quote("x".repeat(1000)).length < 90);
});

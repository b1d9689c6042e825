import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { compileText, fileOf, messages, told } from "./helpers.js";

test("whatever the text, there are diagnostics or a model, and nothing is thrown", () => {
  const pieces = fc.constantFrom(
    "machines:",
    "network:",
    "bridges:",
    "- ",
    "  ",
    "\n",
    "name: a",
    "&x ",
    "*x",
    "<<: ",
    "{",
    "[",
    "}",
    "? ",
    ": ",
    "!!set ",
    "| ",
    "%YAML 1.1\n---\n",
    "\t",
    "\ufeff",
    "\0",
  );
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.array(pieces).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      const { diagnostics, model } = compileText(source);
      assert.equal(
        model === undefined,
        diagnostics.some(({ severity }) => severity === "error"),
      );
      assert.equal(typeof told(source), "string");
    }),
    { numRuns: 2000 },
  );
});

test("whatever stands where, nothing is thrown", () => {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>(null, 0, -1, 1.5, "", "a", "br0", "10.0.0.1", "10.0.0.0/24", true, "guest.qcow2"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "name",
          "libvirt",
          "libvirt_type",
          "cloud_image",
          "existing_disk",
          "disk",
          "path",
          "interfaces",
          "bridge",
          "ip",
          "mac",
          "machines",
          "network",
          "bridges",
          "subnet",
          "hosts",
          "local",
          "environment",
          "cpus",
          "__proto__",
          "constructor",
        ),
        tie("tree"),
      ),
    ),
  }));
  const file = fc.record({ machines: tree, network: tree, hosts: tree }, { requiredKeys: [] });
  fc.assert(
    fc.property(file, (value) => {
      const { diagnostics, model } = compileText(stringify(value));
      assert.equal(
        model === undefined,
        diagnostics.some(({ severity }) => severity === "error"),
      );
    }),
    { numRuns: 2000 },
  );
});

test("aliases that multiply are refused at once", () => {
  const levels = Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`);
  assert.match(
    told(`a0: &a0 [x]\n${levels.join("\n")}\n`),
    /error: the document cannot be read: Excessive alias count/,
  );
});

test("an alias to what it stands in is refused", () => {
  assert.match(told("machines: &m [*m]\n"), /error: /);
});

test("one anchor may serve many machines", () => {
  const machines = Array.from({ length: 500 }, (_, index) => `  - { name: m${index}, libvirt: *small }`);
  const text = `x-small: &small { cpus: 1, libvirt_type: { cloud_image: { path: guest.qcow2 } } }\nmachines:\n${machines.join("\n")}\n`;
  const { model } = compileText(text);
  assert.equal(model?.machines.length, 500);
});

test("a problem behind an alias is shown once, where it is written", () => {
  const text =
    "x: &m { libvirt_type: { cloud_image: { path: lost } } }\nmachines: [{ name: a, libvirt: *m }, { name: b, libvirt: *m }]\n";
  const errors = compileText(text).diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ line, column, message }) => [line, column, message]),
    [[1, 46, 'the image "lost" is not there: "/lab/lost" is no file; give the path of a file']],
  );
});

test("nesting without end is refused", () => {
  assert.match(told("[".repeat(100_000)), /error: /);
  assert.match(told(`machines: ${"[".repeat(50_000)}${"]".repeat(50_000)}`), /error: /);
  assert.match(told("{a: ".repeat(50_000)), /error: /);
});

test("more than a megabyte is not read", () => {
  assert.match(told(`# ${"x".repeat(2_000_000)}`), /the file has 2000002 characters, 1048576 at most are read/);
});

test("names of prototypes are keys like any other", () => {
  const found = messages(
    "__proto__: { machines: 1 }\nconstructor: 1\nmachines: [{ name: a, __proto__: { libvirt: {} } }]\n",
  );
  assert.equal(found.filter((message) => /is not a known key/.test(message)).length, 3);
  assert.match(String(found), /machine "a" does not say what it is/);
  assert.equal(({} as { machines?: unknown }).machines, undefined);
});

test("merge keys are not expanded, also where a directive asks for it", () => {
  for (const head of ["", "%YAML 1.1\n---\n"]) {
    const found = messages(`${head}x: &x { name: a }\nmachines: [{ <<: *x, libvirt: {} }]\n`);
    assert.match(String(found), /machines\[0\]\."<<" is not a known key/);
    assert.match(String(found), /machines\[0\]\.name is missing/);
  }
});

test("a key that is given twice is an error", () => {
  assert.equal(
    told("machines: []\nnetwork: {}\nmachines: []\n"),
    `kvm-compose.yaml:3:1: error: this key was given before in the same mapping
  3 | machines: []
    | ^^^^^^^^
1 error`,
  );
});

test("a file describes one testbed", () => {
  assert.match(told("machines: []\n---\nmachines: []\n"), /a file describes one testbed/);
  for (const text of ["", "# nothing\n", "---\n"]) assert.match(told(text), /the file is empty/);
  assert.match(told("just text"), /the file must be a mapping of keys to values, not "just text"/);
});

test("nothing in a file reaches the terminal as a control", () => {
  const text = `machines:\n  - { name: "a\\u001b[31m\\u009b", "\\u001b]0;x\\u0007": 1 }\n  - \u001b[31m\u202e\n`;
  const shown = told(`${text}${fileOf([])}`) + told(text.replaceAll("\u001b", ""));
  assert.doesNotMatch(shown, /[^\P{Cc}\n\t]|\p{Cf}/u);
});

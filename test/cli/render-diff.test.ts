import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../engine/values/value.js";
import { UNKNOWN } from "../../provider/handler.js";
import { STACK, state, steps, urnOf, written } from "./shown/events.js";

const preview = { diff: true, kind: "preview" } as const;

test("A changed resource is a tree of what differs, and of nothing else", () => {
  const old = state("a", {
    id: "a-1",
    inputs: {
      size: 1,
      same: true,
      old: "o",
      deep: { x: 1, list: [1, { z: "q" }], s: new Secret("s") },
      __provider: "1",
    },
  });
  const wanted = state("a", {
    inputs: {
      size: 2,
      same: true,
      added: { k: "v" },
      deep: { x: 1, list: [2, { z: UNKNOWN }, 3], s: new Secret("s") },
    },
  });
  assert.deepEqual(written(steps("update", { old, new: wanted }, { planning: true }), preview), [
    "~ pulumi-nodejs:dynamic/kvm:Domain: (update)",
    "    [id=a-1]",
    `    [urn=${urnOf("a")}]`,
    "  ~ size : 1 => 2",
    '  - old  : "o"',
    "  ~ deep : {",
    "      ~ list: [",
    "          ~ [0]: 1 => 2",
    "          ~ [1]: {",
    '              ~ z: "q" => (known after up)',
    "            }",
    "          + [2]: 3",
    "        ]",
    "    }",
    "  + added: {",
    '      + k: "v"',
    "    }",
  ]);
});

test("Differences that the handler named are shown at their paths, each with its impact", () => {
  const details = [
    { path: "memory", impact: "live", old: 256, new: 192 },
    { path: 'interfaces["eth0"].bridge', impact: "restart", old: "br0", new: "br1" },
    { path: 'interfaces["eth0"].mtu', impact: "restart", old: undefined, new: 1400 },
    { path: "image", impact: "replace", old: { name: "a", size: 1 }, new: { name: "b", size: 1 } },
  ] as const;
  const lines = written(
    steps("replace", { old: state("a"), new: state("a") }, { planning: true, details: [...details] }),
    preview,
  );
  assert.deepEqual(lines.slice(2), [
    "  ~ memory    : 256 => 192 (live)",
    "  ~ interfaces: {",
    "      ~ eth0: {",
    '          ~ bridge: "br0" => "br1" (restart)',
    "          + mtu   : 1400 (restart)",
    "        }",
    "    }",
    "  ~ image     : { (replace)",
    '      ~ name: "a" => "b"',
    "    }",
  ]);
});

test("A secret that changed is known by its name only", () => {
  const sides = {
    old: state("a", { inputs: { key: new Secret("1") } }),
    new: state("a", { inputs: { key: new Secret("2") } }),
  };
  const details = [{ path: "key", impact: "live", old: "1", new: "2" } as const];
  for (const inputDiff of [true, false]) {
    const lines = written(steps("update", sides, { planning: true, details, inputDiff }), preview);
    assert.match(lines.at(-1) ?? "", /^ {2}~ key: \[secret\] => \[secret\]/);
  }
});

test("What is made or deleted is shown with all its properties", () => {
  const inputs = { name: "a", list: [], deep: { k: new Secret("s") }, __provider: "code" };
  const made = written(steps("create", { new: state("a", { inputs }) }, { planning: true }), preview);
  const tree = ['    name: "a"', "    list: []", "    deep: {", "        k: [secret]", "    }"];
  assert.deepEqual(made.slice(2), tree);
  const deleted = written(steps("delete", { old: state("a", { inputs }) }, { planning: true }), preview);
  assert.deepEqual(deleted, ["- pulumi-nodejs:dynamic/kvm:Domain: (delete)", made[1], ...tree]);
});

test("Long texts are shown line by line, around what differs", () => {
  const text = (middle: string) => ["1", "2", "3", "4", middle, "6", "7", "8", "9"].join("\n");
  const sides = {
    old: state("a", { inputs: { text: text("5") } }),
    new: state("a", { inputs: { text: text("five") } }),
  };
  assert.deepEqual(written(steps("update", sides, { planning: true }), preview).slice(2), [
    "  ~ text:",
    "        ...",
    "        3",
    "        4",
    "      - 5",
    "      + five",
    "        6",
    "        7",
    "        ...",
  ]);
});

test("Children stand below the component they are part of, and a change of protection is shown", () => {
  const parent = state("g", { custom: false });
  const child = state("c", { parent: parent.urn });
  const lines = written(
    [
      ...steps("create", { new: parent }, { planning: true }),
      ...steps("create", { new: child }, { planning: true }),
      ...steps("same", { old: state("p"), new: state("p", { protect: true }) }, { planning: true }),
      ...steps("same", { old: state("q"), new: state("q") }, { planning: true }),
    ],
    preview,
  );
  assert.deepEqual(lines, [
    "+ pulumi-nodejs:dynamic/kvm:Domain: (create)",
    `    [urn=${urnOf("g")}]`,
    "    + pulumi-nodejs:dynamic/kvm:Domain: (create)",
    `        [urn=${urnOf("c")}]`,
    "  pulumi-nodejs:dynamic/kvm:Domain: (same)",
    `    [urn=${urnOf("p")}]`,
    "  ~ protect: false => true",
  ]);
});

test("A run says when a step is done and which of its outputs are news", () => {
  const sides = {
    old: state("a", { inputs: { size: 1 }, outputs: { size: 1, double: 2, mac: "m" } }),
    new: state("a", { inputs: { size: 2 }, outputs: { size: 2, double: 4, mac: "m" } }),
  };
  assert.deepEqual(written(steps("update", sides), { diff: true }).slice(2), [
    "  ~ size: 1 => 2",
    " ~  Domain     a                updated",
    "    --outputs:--",
    "  ~ double: 2 => 4",
  ]);
});

test("A preview shows what becomes of the stack's outputs", () => {
  const stack = (outputs: Record<string, string>) => state("", { urn: STACK, type: "pulumi:pulumi:Stack", outputs });
  const sides = { old: stack({ kept: "k", gone: "g" }), new: stack({ kept: "k", made: UNKNOWN }) };
  assert.deepEqual(written(steps("same", sides, { planning: true }), preview), [
    "    --outputs:--",
    '  - gone: "g"',
    "  + made: (known after up)",
  ]);
});

test("A refresh is shown by what it found", () => {
  const sides = { old: state("a", { inputs: { size: 1 } }), new: state("a", { inputs: { size: 7 } }) };
  const before = steps("refresh", { old: sides.old, new: sides.old }).slice(0, 1);
  const found = steps("update", sides, { refreshed: true }).slice(1);
  const gone = steps("delete", { old: state("b") }, { refreshed: true, reason: "gone" }).slice(1);
  const lines = written([...before, ...found, ...gone], { diff: true, kind: "refresh" });
  assert.deepEqual(lines, [
    "~ pulumi-nodejs:dynamic/kvm:Domain: (update)",
    `    [urn=${urnOf("a")}]`,
    "  ~ size: 1 => 7",
    "- pulumi-nodejs:dynamic/kvm:Domain: (delete, because it is gone)",
    `    [urn=${urnOf("b")}]`,
  ]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineEvent, StepKind } from "../../engine/events.js";
import { Secret } from "../../engine/values/value.js";
import { UNKNOWN } from "../../provider/handler.js";
import { state, steps, urnOf, written } from "./shown/events.js";

const SUMMARY = { kind: "summary", isPreview: false, durationSeconds: 1.25 } as const;

test("A step is one line when it begins and one when it is done, its differences below the first", () => {
  const details = [{ path: "memory", impact: "live", old: 256, new: 192 } as const];
  assert.deepEqual(written(steps("update", { old: state("bob"), new: state("bob") }, { details })), [
    " ~  Domain     bob              updating",
    "      memory: observed 256, declared 192 (live)",
    " ~  Domain     bob              updated",
  ]);
});

test("What stays the same, and what is the engine's own, is not shown", () => {
  const provider = state("default", { type: "pulumi:providers:pulumi-nodejs" });
  const events = [...steps("same", { old: state("a"), new: state("a") }), ...steps("create", { new: provider })];
  assert.deepEqual(written(events), []);
});

test("A replacement is one line in a preview, and in a run what is done to either half", () => {
  const halves = { old: state("a"), new: state("a") };
  const trio = (planning: boolean) => [
    ...steps("delete-replaced", { old: state("a") }, { planning }),
    ...steps("replace", halves, { planning }),
    ...steps("create-replacement", halves, { planning }),
  ];
  assert.deepEqual(written(trio(true), { kind: "preview" }), [" +- Domain     a                replace"]);
  assert.deepEqual(written(trio(false)), [
    " -- Domain     a                deleting replaced",
    " -- Domain     a                deleted replaced",
    " ++ Domain     a                creating replacement",
    " ++ Domain     a                created replacement",
  ]);
});

test("Steps that do nothing to a thing say so", () => {
  const line = (op: StepKind) => written(steps(op, { old: state("a") })).at(-1);
  assert.match(line("discard") ?? "", /forgotten$/);
  assert.match(line("remove-pending-replace") ?? "", /forgotten, it was deleted to make room$/);
});

test("A look-up is shown when it is new or what it found has changed", () => {
  const found = (size: number) => state("a", { external: true, outputs: { size } });
  assert.deepEqual(written(steps("read", { old: found(1), new: found(1) })), []);
  assert.equal(written(steps("read", { old: found(1), new: found(2) })).length, 2);
  assert.equal(written(steps("read", { new: found(1) })).length, 2);
});

test("A refresh tells what was remembered and what was observed", () => {
  const details = [{ path: "memory", impact: "live", old: 192, new: 256 } as const];
  const found = steps("update", { old: state("a"), new: state("a") }, { details, refreshed: true });
  const gone = steps("delete", { old: state("b") }, { refreshed: true, reason: "gone" });
  assert.deepEqual(written([...found.slice(1), ...gone.slice(1)], { kind: "refresh" }), [
    " ~  Domain     a                updated in the state",
    "      memory: remembered 192, observed 256",
    " -  Domain     b                forgotten (it is gone)",
  ]);
});

test("A comparison of declarations claims neither an observation nor an impact, and masks no more than what is secret", () => {
  const old = state("a", { inputs: { deep: { x: 1, s: new Secret("one") }, text: "1\n2" } });
  const wanted = state("a", { inputs: { deep: { x: 2, s: new Secret("two") }, text: UNKNOWN } });
  const details = ["deep", "text"].map((path) => ({ path, impact: "live", old: "?", new: "?" }) as const);
  const lines = written(steps("update", { old, new: wanted }, { details, inputDiff: true }));
  assert.deepEqual(lines.slice(1, 3), [
    '      deep: was {"x":1,"s":"[secret]"}, declared {"x":2,"s":"[secret]"}',
    '      text: was "1\\n2", declared (known after up)',
  ]);
});

test("Lines after the first of a diagnostic are indented; what a program prints is left alone", () => {
  const events: EngineEvent[] = [
    { kind: "diagnostic", severity: "error", urn: urnOf("a"), message: "one\n\ntwo\n" },
    { kind: "diagnostic", severity: "info", message: "  a\n b\n" },
    { kind: "diagnostic", severity: "debug", message: "never" },
    { kind: "diagnostic", severity: "info", message: "never", ephemeral: true },
  ];
  assert.deepEqual(written(events), ["error: Domain a: one", "", "    two", "  a", " b"]);
});

test("Progress with a fraction is for the verbose only", () => {
  const events: EngineEvent[] = [
    { kind: "progress", urn: urnOf("a"), message: "copying", fraction: 0.5 },
    { kind: "progress", message: "waiting" },
  ];
  assert.deepEqual(written(events), [" .  waiting"]);
  assert.deepEqual(written(events, { verbose: true })[0], " .  Domain     a                copying 50 %");
});

test("The summary counts what was done", () => {
  const resourceChanges = { create: 2, replace: 1, same: 3, discard: 1 };
  const done: EngineEvent = { ...SUMMARY, result: "succeeded", resourceChanges };
  assert.deepEqual(written([done]), ["Update done: + 2 created, +- 1 replaced, - 1 forgotten, 3 unchanged"]);
  assert.deepEqual(written([{ ...done, isPreview: true }], { kind: "destroy" }), [
    "Preview done: + 2 to create, +- 1 to replace, - 1 to forget, 3 unchanged",
  ]);
  assert.deepEqual(written([{ ...done, resourceChanges: { same: 1 } }], { kind: "refresh" }), [
    "Refresh nothing to change: 1 unchanged",
  ]);
});

test("The summary of a run that ended early counts what is open, then names at most twenty of each", () => {
  const notStarted = Array.from({ length: 23 }, (_, index) => urnOf(`n${index}`));
  const unfinished = { notStarted, pending: [urnOf("p")] };
  const event: EngineEvent = { ...SUMMARY, result: "canceled", resourceChanges: { create: 1 }, unfinished };
  const lines = written([event]);
  assert.equal(lines[0], "Update canceled: + 1 created, 1 under way when it ended, 23 not started");
  assert.deepEqual(lines.slice(1, 3), ["  under way when it ended:", "    Domain     p"]);
  assert.deepEqual([lines[3], lines[4], lines[23]], ["  not started:", "    Domain     n0", "    Domain     n19"]);
  assert.deepEqual(lines.slice(24), ["    and 3 more"]);
});

test("No renderer stumbles over odd events", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const odd = [
    { kind: "news" },
    { kind: "stdout", message: "heard" },
    { kind: "diagnostic", severity: "loud", message: "", urn: "no urn" },
    { kind: "progress", urn: "urn:pulumi:x", message: "" },
    ...steps("import" as StepKind, { new: state("a") }),
    ...steps("update", { old: state("a"), new: state("a", { urn: "" }) }),
    ...steps(
      "update",
      { old: state("a"), new: state("a") },
      {
        details: [{ path: "", impact: "live", old: circular, new: 1n }],
      },
    ),
    ...steps("delete", {}),
    { ...SUMMARY, result: "failed", resourceChanges: { import: 1 } },
    { kind: "cancel" },
  ] as EngineEvent[];
  for (const flags of [{}, { diff: true }, { json: true }, { json: true, kind: "preview" }] as const)
    assert.ok(written(odd, flags).length > 0, JSON.stringify(flags));
});

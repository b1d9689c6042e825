import assert from "node:assert/strict";
import { test } from "node:test";
import { metadataOf, step } from "../../engine/deployment/step.js";
import type { EngineEvent } from "../../engine/events.js";
import { Secret, SIGNATURE, TAGS } from "../../engine/values/value.js";
import { state, steps, urnOf, written } from "./shown/events.js";

const lines = (events: EngineEvent[]) => written(events, { json: true }).map((line) => JSON.parse(line));
const SUMMARY = { kind: "summary", durationSeconds: 1.2, resourceChanges: {} } as const;

test("Lines are numbered, and the last one is of the end", () => {
  const events = lines([
    { kind: "prelude", config: { "p:a": "1" } },
    ...steps("create", { new: state("a") }),
    { kind: "cancel" },
  ]);
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    [0, 1, 2, 3],
  );
  assert.ok(events.every(({ timestamp }) => Number.isInteger(timestamp)));
  assert.deepEqual(
    events.map((event) => Object.keys(event)[2]),
    ["preludeEvent", "resourcePreEvent", "resOutputsEvent", "cancelEvent"],
  );
});

test("Differences that the handler named become kinds at paths; a comparison of declarations says that it is one", () => {
  const details = [
    { path: "memory", impact: "live", old: 256, new: 192 },
    { path: 'interfaces["eth0"]', impact: "restart", old: undefined, new: {} },
    { path: "image", impact: "replace", old: "a", new: undefined },
  ] as const;
  const why = { details: [...details], keys: ["image"], diffs: ["memory", "image"] };
  const [pre] = lines(steps("replace", { old: state("a"), new: state("a") }, why));
  assert.deepEqual(pre.resourcePreEvent.metadata.detailedDiff, {
    memory: { diffKind: "update", inputDiff: false },
    'interfaces["eth0"]': { diffKind: "add", inputDiff: false },
    image: { diffKind: "delete-replace", inputDiff: false },
  });
  assert.deepEqual(pre.resourcePreEvent.metadata.keys, ["image"]);
  assert.deepEqual(pre.resourcePreEvent.metadata.diffs, ["memory", "image"]);
  const [compared] = lines(steps("update", { old: state("a"), new: state("a") }, { ...why, inputDiff: true }));
  assert.equal(compared.resourcePreEvent.metadata.detailedDiff.memory.inputDiff, true);
  assert.equal(compared.resourcePreEvent.metadata.keys, undefined);
});

test("Secrets stay recognisable, a text that reads like one stays a text, contents of assets are left out", () => {
  const asset = { [SIGNATURE]: TAGS.asset, hash: "h", text: "long" };
  const inputs = { key: new Secret({ deep: 1 }), text: "[secret]", asset };
  const event = lines(steps("create", { new: state("a", { inputs }) }))[0].resourcePreEvent.metadata.new;
  assert.deepEqual(event.inputs, {
    key: { [SIGNATURE]: TAGS.secret, ciphertext: "[secret]" },
    text: "[secret]",
    asset: { ...asset, text: "<contents elided>" },
  });
  const digest = written(steps("create", { new: state("a", { inputs }) }), { json: true, kind: "preview" });
  assert.equal(JSON.parse(digest[0] ?? "").steps[0].newState.inputs.key, "[secret]");
});

test("A failure says what is known of the thing, and the summary whether that is too little", () => {
  const failed = (op: "create" | "update", status: "partial" | "unknown"): EngineEvent[] => [
    ...steps("create", { new: state("before") }),
    { kind: "resOpFailed", metadata: metadataOf(step(op, { old: state("a"), new: state("a") })), status },
    { ...SUMMARY, result: "failed", isPreview: false },
  ];
  const answers = (events: EngineEvent[]) => {
    const [failure, verdict, summary] = lines(events).slice(2);
    assert.equal(verdict.diagnosticEvent.message, "update failed\n");
    const { status, steps: count } = failure.resOpFailedEvent;
    return [status, count, summary.summaryEvent.maybeCorrupt];
  };
  assert.deepEqual(answers(failed("create", "unknown")), [0, 1, false]);
  assert.deepEqual(answers(failed("create", "partial")), [1, 1, false]);
  assert.deepEqual(answers(failed("update", "unknown")), [2, 1, true]);
});

test("Progress is an ephemeral remark, which digests leave out", () => {
  const event: EngineEvent = { kind: "progress", urn: urnOf("a"), message: "copying", fraction: 0.5 };
  assert.deepEqual(lines([event])[0].diagnosticEvent, {
    urn: urnOf("a"),
    message: "copying\n",
    color: "never",
    severity: "info",
    ephemeral: true,
  });
  const summary: EngineEvent = { ...SUMMARY, result: "succeeded", isPreview: true };
  const digest = JSON.parse(written([event, summary, { kind: "cancel" }], { json: true, kind: "preview" }).join(""));
  assert.deepEqual(digest, { duration: 1.2e9 });
});

test("A summary of what is left open carries it", () => {
  const unfinished = { notStarted: [urnOf("n")], pending: [] };
  const events = lines([{ ...SUMMARY, result: "canceled", isPreview: false, unfinished }]);
  assert.deepEqual(events.at(-1).summaryEvent.unfinished, unfinished);
  assert.equal(events.at(-1).summaryEvent.durationSeconds, 2);
});

test("A digest of nothing is not written", () => {
  assert.deepEqual(written([{ kind: "cancel" }], { json: true, kind: "preview" }), []);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { again, command, destroy, preview, refresh, type Step, story, up, urnOf } from "./story.js";
import { embedded, pulumi, pulumiMissing } from "./support/engines.js";
import type { Observation } from "./support/observe.js";
import { tell } from "./support/tell.js";

const PAIR = `const a = thing("a", { size: 1 }); thing("b", { uses: a.token });`;

describe("differences", { concurrency: 2 }, () => {
  difference("`up --expect-no-changes` changes nothing; Pulumi's complains afterwards", [
    up(PAIR, "create a.1, create b.1"),
    ...either(
      up(PAIR.replace("1", "2"), "", { flags: ["--expect-no-changes"], exit: 7 }),
      up(PAIR.replace("1", "2"), "update a.1", { flags: ["--expect-no-changes"], exit: 7 }),
    ),
  ]);

  difference("A lock of a process that died is taken over; Pulumi's waits for `cancel`", [
    up(`thing("a");`, "create a.1", {
      before: (world) => world.mark("hanging-a"),
      interrupt: { at: "create a.1", how: "kill" },
    }),
    ...either(
      up(again, "create a.2", { before: (world) => world.mark("hanging-a", false) }),
      up(again, "", { before: (world) => world.mark("hanging-a", false), exit: 1, says: /locked by 1 lock/ }),
    ),
  ]);

  difference("An interrupted creation is forgotten once it was made; Pulumi never forgets", [
    up(`thing("a", { kind: "wood" });`, "create a.1", {
      before: (world) => world.mark("hanging-a"),
      interrupt: { at: "create a.1", how: "kill" },
    }),
    command(["cancel", "--yes"], again, "", { only: "pulumi" }),
    ...either(
      up(again, "create a.2", { before: (world) => world.mark("hanging-a", false), leaves: pending() }),
      up(again, "create a.2", {
        before: (world) => world.mark("hanging-a", false),
        leaves: pending("creating Thing::a"),
      }),
    ),
  ]);

  difference("A preview shows the rest when something cannot be read; Pulumi's ends", [
    up(PAIR, "create a.1, create b.1"),
    ...either(
      preview(`${PAIR} thing("c");`, {
        flags: ["--refresh"],
        before: (world) => world.mark("unreachable-a"),
        exit: 1,
        leaves: ({ plan }) => assert.match(plan ?? "", /create 1/),
      }),
      preview(`${PAIR} thing("c");`, {
        flags: ["--refresh"],
        before: (world) => world.mark("unreachable-a"),
        exit: 1,
        leaves: ({ plan }) => assert.doesNotMatch(plan ?? "", /create/),
      }),
    ),
  ]);

  difference("What is unhealthy stays so through a refresh; Pulumi's forgets, and repairs nothing", [
    up(`thing("a");`, "create a.1", { before: (world) => world.mark("unhealthy-a"), exit: 1 }),
    refresh("", { before: (world) => world.mark("unhealthy-a", false) }),
    ...either(up(again, "update a.1"), up(again, "")),
  ]);

  difference("What was deleted with something that failed to come back is not deleted again; Pulumi's is", [
    up(
      `const a = thing("a", { kind: "wood", first: true }); thing("b", { uses: a.token, follows: true });`,
      "create a.1, create b.1",
    ),
    up(
      `const a = thing("a", { kind: "iron", first: true }); thing("b", { uses: a.token, follows: true });`,
      "delete b.1, delete a.1, create a.2",
      { before: (world) => world.mark("failing-a"), exit: 1 },
    ),
    ...either(
      up(again, "create a.3, create b.2", { before: (world) => world.mark("failing-a", false) }),
      up(again, "delete b.1, create a.3, create b.2", { before: (world) => world.mark("failing-a", false) }),
    ),
  ]);

  difference("Deletions wait only for what depends on them; Pulumi's go in layers", [
    up(`const a = thing("a"); thing("b", { uses: a.token }); thing("c");`, "create a.1, create b.1, create c.1"),
    ...either(
      destroy("delete c.1, delete b.1", { before: (world) => world.mark("undeletable-b"), exit: 1 }),
      destroy("delete b.1", { before: (world) => world.mark("undeletable-b"), exit: 1 }),
    ),
  ]);

  difference("A destruction that was interrupted says so; Pulumi's says that all is gone", [
    up(PAIR, "create a.1, create b.1"),
    ...either(
      destroy("delete b.1", {
        before: (world) => world.mark("hanging-b"),
        interrupt: { at: "delete b.1", how: "interrupt" },
        exit: 1,
      }),
      destroy("delete b.1", {
        before: (world) => world.mark("hanging-b"),
        interrupt: { at: "delete b.1", how: "interrupt" },
      }),
    ),
  ]);

  difference("A preview goes on after inputs that are refused; Pulumi's ends", [
    ...either(
      preview(`thing("a", { invalid: true }); thing("b");`, { exit: 1, leaves: asked("check a", "check b") }),
      preview(`thing("a", { invalid: true }); thing("b");`, { exit: 1, leaves: asked("check a") }),
    ),
  ]);

  difference("What is looked up and not there is an error; Pulumi's goes on with nothing", [
    up(`thing("a");`, "create a.1"),
    ...either(
      up(`exports.id = Thing.get("lost", "nowhere").id;`, "", { exit: 1, says: /does not exist/ }),
      up(`exports.id = Thing.get("lost", "nowhere").id;`, "delete a.1"),
    ),
  ]);

  difference("`refresh --expect-no-changes` changes nothing; Pulumi's complains afterwards", [
    up(`thing("a", { size: 1 });`, "create a.1"),
    ...either(
      refresh("", { flags: ["--expect-no-changes"], before: drift, exit: 7, leaves: size(1) }),
      refresh("", { flags: ["--expect-no-changes"], before: drift, exit: 7, leaves: size(9) }),
    ),
  ]);

  difference("An old half that is gone is deleted once more; Pulumi's refresh notices", [
    up(`thing("a", { kind: "wood" });`, "create a.1"),
    up(`thing("a", { kind: "iron" });`, "create a.2, delete a.1", {
      before: (world) => world.mark("undeletable-a"),
      exit: 1,
    }),
    refresh("", {
      before: (world) => {
        world.mark("undeletable-a", false);
        world.lose("a.1");
      },
    }),
    ...either(up(again, "delete a.1"), up(again, "")),
  ]);

  difference("A target that depends on something new is refused; Pulumi's is made without it", [
    up(`thing("z");`, "create z.1"),
    ...either(
      up(`thing("z"); const a = thing("a"); thing("b", { uses: a.token });`, "", {
        flags: ["--target", urnOf("b")],
        exit: 1,
        says: /which was was not specified in --target list/,
      }),
      up(`thing("z"); const a = thing("a"); thing("b", { uses: a.token });`, "create b.1", {
        flags: ["--target", urnOf("b")],
      }),
    ),
  ]);

  difference("The default stack is previewed before it exists; Pulumi's has to be made first", [
    up(`thing("a");`, "create a.1"),
    destroy("delete a.1", { flags: ["--remove"] }),
    ...either(preview(again), { ...preview(again), args: ["preview", "--stack", "dev"], exit: 6 }),
  ]);

  difference("What is there is read first unless --no-refresh says otherwise; Pulumi's is only with --refresh", [
    up(`thing("a", { size: 1 });`, "create a.1"),
    ...either(
      command(["up", "--yes", "--skip-preview"], again, "update a.1", { before: drift }),
      command(["up", "--yes", "--skip-preview"], again, "", { before: drift }),
    ),
  ]);
});

/** A test for each engine: the steps tell what it does. */
function difference(name: string, steps: Step[]): void {
  const told = story("differences", name, steps);
  const skip =
    pulumiMissing() ?? (process.env.PULUMI_KVM_LONG === "1" ? false : "the Pulumi CLI is asked only with --long");
  test(name, async () => void (await tell(told, embedded)));
  test(`${name} (by the Pulumi CLI)`, { skip }, async () => void (await tell(told, pulumi)));
}

/** The same step: what it comes to for the embedded engine, and for Pulumi. */
function either(here: Step, there: Step): Step[] {
  return [
    { ...here, only: "embedded" },
    { ...there, only: "pulumi" },
  ];
}

function pending(...wanted: string[]): (observation: Observation) => void {
  return (observation) => assert.deepEqual(observation.pending, wanted);
}

function asked(...wanted: string[]): (observation: Observation) => void {
  return (observation) =>
    assert.deepEqual(
      observation.asked.map((line) => line.split(" ").slice(0, 2).join(" ")),
      wanted,
    );
}

function drift(world: { change(id: string, properties: Record<string, unknown>): void }): void {
  world.change("a.1", { size: 9 });
}

function size(wanted: number): (observation: Observation) => void {
  return ({ state }) => assert.match(state.join("\n"), new RegExp(`"size":${wanted}\\b`));
}

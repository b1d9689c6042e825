import { again, destroy, preview, type Story, story, up } from "../story.js";

export const failures: Story[] = [
  story(
    "failures",
    "a creation fails: what came before stays, what comes after is not begun",
    [
      up(
        `const a = thing("a"); const b = thing("b", { uses: a.token }); thing("c", { uses: b.token }); exports.token = b.token;`,
        "create a.1, create b.1",
        {
          before: (world) => world.mark("failing-b"),
          exit: 1,
        },
      ),
      up(again, "create b.2, create c.1", { before: (world) => world.mark("failing-b", false) }),
    ],
    { foreign: true },
  ),

  story("failures", "a creation fails: siblings after it", [
    up(`thing("a"); thing("b"); thing("c");`, "create a.1", { before: (world) => world.mark("failing-a"), exit: 1 }),
    up(again, "create a.2, create b.1, create c.1", { before: (world) => world.mark("failing-a", false) }),
  ]),

  story("failures", "with --continue-on-error siblings go on and dependents are left out", [
    up(
      `const a = thing("a"); thing("b", { uses: a.token }); thing("c"); thing("old");`,
      "create a.1, create b.1, create c.1, create old.1",
    ),
    up(
      `const a = thing("a", { kind: "new" }); thing("b", { uses: a.token }); thing("c", { size: 2 }); const d = thing("d"); thing("e", { uses: d.token });`,
      "create a.2, update c.1, create d.1, delete old.1",
      {
        before: (world) => {
          world.mark("failing-a");
          world.mark("failing-d");
        },
        flags: ["--continue-on-error"],
        differences: ["asked otherwise"],
        exit: 1,
      },
    ),
    up(again, "create a.3, update b.1, create d.2, create e.1, delete a.1", {
      before: (world) => {
        world.mark("failing-a", false);
        world.mark("failing-d", false);
      },
    }),
  ]),

  story("failures", "an update fails: the state stays as it was", [
    up(`const a = thing("a", { size: 1 }); thing("b", { uses: a.double });`, "create a.1, create b.1"),
    up(`const a = thing("a", { size: 2 }); thing("b", { uses: a.double });`, "update a.1", {
      before: (world) => world.mark("failing-a"),
      exit: 1,
    }),
    up(again, "update a.1, update b.1", { before: (world) => world.mark("failing-a", false) }),
  ]),

  story("failures", "a deletion fails: the rest of the deletions", [
    up(`thing("a"); const b = thing("b"); thing("c", { uses: b.token });`, "create a.1, create b.1, create c.1"),
    up(``, "delete c.1", { before: (world) => world.mark("undeletable-c"), exit: 1 }),
    up(again, "delete a.1, delete b.1, delete c.1", {
      before: (world) => world.mark("undeletable-c", false),
      anyOrder: true,
    }),
  ]),

  story(
    "failures",
    "created but unhealthy: kept, repaired by an update, then healthy",
    [
      up(`const a = thing("a", { size: 1 }); thing("b", { uses: a.token });`, "create a.1", {
        before: (world) => world.mark("unhealthy-a"),
        exit: 1,
      }),
      preview(again),
      up(again, "update a.1", { exit: 1 }),
      up(again, "update a.1, create b.1", { before: (world) => world.mark("unhealthy-a", false) }),
      up(again, ""),
    ],
    { foreign: true },
  ),

  story("failures", "created but unhealthy, then destroyed", [
    up(`const a = thing("a", { size: 1 });`, "create a.1", { before: (world) => world.mark("unhealthy-a"), exit: 1 }),
    destroy("delete a.1"),
  ]),

  story("failures", "created but unhealthy, then replaced", [
    up(`thing("a", { kind: "wood" });`, "create a.1", { before: (world) => world.mark("unhealthy-a"), exit: 1 }),
    up(`thing("a", { kind: "iron" });`, "create a.2, delete a.1", {
      before: (world) => world.mark("unhealthy-a", false),
    }),
  ]),

  story("failures", "updated but unhealthy: the old inputs stay declared", [
    up(`thing("a", { size: 1 });`, "create a.1"),
    up(`thing("a", { size: 2 });`, "update a.1", { before: (world) => world.mark("unhealthy-a"), exit: 1 }),
    up(again, "update a.1", { before: (world) => world.mark("unhealthy-a", false) }),
    up(again, ""),
  ]),

  story("failures", "a replacement that is unhealthy", [
    up(`const a = thing("a", { kind: "wood" }); thing("b", { uses: a.token });`, "create a.1, create b.1"),
    up(`const a = thing("a", { kind: "iron" }); thing("b", { uses: a.token });`, "create a.2", {
      before: (world) => world.mark("unhealthy-a"),
      exit: 1,
    }),
    up(again, "update a.2, update b.1, delete a.1", { before: (world) => world.mark("unhealthy-a", false) }),
  ]),

  story("failures", "inputs that check refuses", [
    up(`thing("a"); thing("b", { invalid: true }); thing("c");`, "create a.1", { exit: 1, says: /it must not be set/ }),
    preview(again, { exit: 1, differences: ["previews that go on"] }),
    up(`thing("a"); thing("b"); thing("c");`, "create b.1, create c.1"),
    up(`thing("a"); thing("b", { invalid: true });`, "", { exit: 1 }),
  ]),

  story("failures", "a difference that cannot be told", [
    up(`thing("a"); thing("b");`, "create a.1, create b.1"),
    up(`thing("a", { undiffable: true }); thing("b", { size: 2 });`, "", { exit: 1, says: /Cannot compare "a"/ }),
    up(`thing("a"); thing("b", { size: 2 });`, "update b.1"),
  ]),

  story("failures", "a program that throws deletes nothing and keeps what it declared", [
    up(`thing("a"); thing("b"); exports.x = 1;`, "create a.1, create b.1"),
    up(
      `exports.x = 2; const c = thing("c"); exports.y = c.urn.apply(() => { throw new Error("no more"); });`,
      "create c.1",
      { exit: 1, says: /no more/ },
    ),
    preview(again, { exit: 1 }),
    up(`thing("a"); thing("b"); thing("c"); exports.z = 3;`, ""),
  ]),

  story("failures", "a program that rejects, exits, or only logs an error", [
    up(`thing("a"); thing("b");`, "create a.1, create b.1"),
    up(`const a = thing("a"); a.urn.apply(() => Promise.reject(new Error("unheard")));`, "", {
      exit: 1,
      says: /unheard/,
    }),
    up(`const a = thing("a"); a.urn.apply(() => process.exit(3));`, "", { exit: 1 }),
    up(`thing("a"); pulumi.log.error("only words");`, "delete b.1", { says: /only words/ }),
  ]),

  story("failures", "two resources of one name", [
    up(`thing("a"); thing("b"); thing("b"); thing("c");`, "create a.1, create b.1", {
      exit: 1,
      says: /Duplicate resource URN/,
    }),
    preview(again, { exit: 1 }),
  ]),

  story("failures", "outputs are kept and merged when a run fails", [
    up(`const a = thing("a"); exports.kept = a.token; exports.changed = "before";`, "create a.1"),
    up(
      `const a = thing("a"); const b = thing("b"); exports.changed = "after"; exports.added = a.double; exports.lost = b.token;`,
      "create b.1",
      {
        before: (world) => world.mark("failing-b"),
        exit: 1,
      },
    ),
    up(`thing("a"); exports.changed = "after";`, ""),
  ]),

  story("failures", "with --continue-on-error a failed deletion spares what it depends on", [
    up(
      `const a = thing("a"); const b = thing("b", { uses: a.token }); thing("c", { uses: b.token }); thing("d");`,
      "create a.1, create b.1, create c.1, create d.1",
    ),
    destroy("delete c.1, delete d.1", {
      anyOrder: true,
      before: (world) => world.mark("undeletable-c"),
      flags: ["--continue-on-error"],
      exit: 1,
    }),
    destroy("delete c.1, delete b.1, delete a.1", { before: (world) => world.mark("undeletable-c", false) }),
  ]),
];

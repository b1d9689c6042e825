import { again, command, destroy, preview, type Story, story, up } from "../story.js";

/** A lock of a dead process is Pulumi's user's to remove. */
const cancel = { ...command(["cancel", "--yes"], again, ""), only: "pulumi" } as const;

export const interruptions: Story[] = [
  story("interruptions", "killed while something is made", [
    up(`const a = thing("a"); thing("b", { uses: a.token });`, "create a.1, create b.1", {
      before: (world) => world.mark("hanging-b"),
      interrupt: { at: "create b.1", how: "kill" },
    }),
    cancel,
    preview(again, {
      before: (world) => world.mark("hanging-b", false),
      differences: ["journal", "interrupted creations"],
    }),
    { ...up(again, "create b.2"), differences: ["interrupted creations"] },
    { ...destroy("delete b.2, delete a.1"), differences: ["interrupted creations"] },
  ]),

  story("interruptions", "killed while something is changed", [
    up(`thing("a", { size: 1 });`, "create a.1"),
    up(`thing("a", { size: 2 });`, "update a.1", {
      before: (world) => world.mark("hanging-a"),
      interrupt: { at: "update a.1", how: "kill" },
    }),
    cancel,
    up(again, "update a.1", { before: (world) => world.mark("hanging-a", false) }),
  ]),

  story("interruptions", "killed while something is deleted", [
    up(`thing("a"); thing("b");`, "create a.1, create b.1"),
    up(`thing("a");`, "delete b.1", {
      before: (world) => world.mark("hanging-b"),
      interrupt: { at: "delete b.1", how: "kill" },
    }),
    cancel,
    up(again, "delete b.1", { before: (world) => world.mark("hanging-b", false) }),
  ]),

  story("interruptions", "killed while a new half is made", [
    up(`const a = thing("a", { kind: "wood" }); thing("b", { uses: a.token });`, "create a.1, create b.1"),
    up(`const a = thing("a", { kind: "iron" }); thing("b", { uses: a.token });`, "create a.2", {
      before: (world) => world.mark("hanging-a"),
      interrupt: { at: "create a.2", how: "kill" },
    }),
    cancel,
    {
      ...up(again, "create a.3, update b.1, delete a.1", { before: (world) => world.mark("hanging-a", false) }),
      differences: ["interrupted creations"],
    },
  ]),

  story("interruptions", "killed between the new half and the end of the old one", [
    up(`const a = thing("a", { kind: "wood" }); thing("b", { uses: a.token });`, "create a.1, create b.1"),
    up(`const a = thing("a", { kind: "iron" }); thing("b", { uses: a.token });`, "create a.2, update b.1", {
      before: (world) => world.mark("hanging-b"),
      interrupt: { at: "update b.1", how: "kill" },
    }),
    cancel,
    preview(again, {
      before: (world) => world.mark("hanging-b", false),
      differences: ["journal", "interrupted creations"],
    }),
    up(again, "update b.1, delete a.1"),
  ]),

  story("interruptions", "interrupted once: what runs is finished, nothing new begins", [
    up(
      `const a = thing("a"); const b = thing("b", { uses: a.token }); thing("c", { uses: b.token });`,
      "create a.1, create b.1",
      {
        before: (world) => world.mark("hanging-b"),
        interrupt: { at: "create b.1", how: "interrupt" },
        exit: 1,
      },
    ),
    up(again, "create c.1"),
  ]),

  story("interruptions", "interrupted twice: the end comes at once", [
    up(
      `const a = thing("a"); const b = thing("b", { uses: a.token }); thing("c", { uses: b.token });`,
      "create a.1, create b.1",
      {
        before: (world) => world.mark("hanging-b"),
        interrupt: { at: "create b.1", how: "interrupt twice" },
        exit: 8,
        differences: ["no history"],
      },
    ),
  ]),
];

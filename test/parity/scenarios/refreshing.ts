import { again, destroy, preview, refresh, type Story, story, up } from "../story.js";

const PAIR = `const a = thing("a", { size: 1, note: "n" }); thing("b", { uses: a.token });`;

export const refreshing: Story[] = [
  story(
    "refreshing",
    "drift goes into the state, then the program undoes it",
    [
      up(PAIR, "create a.1, create b.1"),
      refresh(""),
      refresh("", { before: (world) => world.change("a.1", { size: 9, double: 18 }) }),
      up(again, "update a.1"),
      refresh(""),
    ],
    { foreign: true },
  ),

  story("refreshing", "what is gone leaves the state and is made again", [
    up(
      `const a = thing("a"); const b = thing("b", { uses: a.token }, { dependsOn: a }); thing("c", { uses: b.token }, { parent: b });`,
      "create a.1, create b.1, create c.1",
    ),
    refresh("", { before: (world) => world.lose("b.1") }),
    up(again, "create b.2, update c.1"),
  ]),

  story("refreshing", "a parent that is gone leaves its children to the stack", [
    up(
      `group("g", (parent) => { const a = thing("a", {}, { parent }); thing("b", {}, { parent: a, deletedWith: a }); return {}; });`,
      "create a.1, create b.1",
    ),
    refresh("", { before: (world) => world.lose("a.1") }),
    destroy("delete b.1"),
  ]),

  story("refreshing", "up --refresh", [
    up(PAIR, "create a.1, create b.1"),
    up(again, "", { flags: ["--refresh"] }),
    up(again, "update a.1", { flags: ["--refresh=true"], before: (world) => world.change("a.1", { size: 9 }) }),
    up(again, "create a.2, update b.1", { flags: ["--refresh"], before: (world) => world.lose("a.1") }),
  ]),

  story("refreshing", "preview --refresh writes nothing", [
    up(PAIR, "create a.1, create b.1"),
    preview(again, { flags: ["--refresh"], before: (world) => world.change("a.1", { size: 9 }) }),
    preview(again, { flags: ["--refresh", "--expect-no-changes"], exit: 7 }),
    preview(again, { flags: ["--refresh"], before: (world) => world.lose("a.1") }),
    preview(again),
  ]),

  story(
    "refreshing",
    "options.refresh: always",
    [
      up(PAIR, "create a.1, create b.1", { flags: ["--refresh=true"] }),
      {
        ...up(again, "update a.1", { before: (world) => world.change("a.1", { size: 9 }) }),
        args: ["up", "--yes", "--skip-preview"],
      },
      { ...preview(again, { before: (world) => world.change("a.1", { size: 8 }) }), args: ["preview"] },
      up(again, "", {}),
      { ...destroy("delete b.1, delete a.1"), args: ["destroy", "--yes", "--skip-preview"] },
    ],
    { options: { refresh: "always" } },
  ),

  story("refreshing", "something that cannot be read", [
    up(PAIR, "create a.1, create b.1"),
    refresh("", {
      before: (world) => {
        world.mark("unreachable-a");
        world.change("b.1", { size: 5 });
      },
      exit: 1,
      says: /Cannot reach the host of "a"/,
    }),
    up(`thing("c");`, "", { flags: ["--refresh"], exit: 1 }),
    destroy("", { flags: ["--refresh"], exit: 1 }),
    refresh("", { before: (world) => world.mark("unreachable-a", false) }),
  ]),

  story("refreshing", "refresh --expect-no-changes", [
    up(PAIR, "create a.1, create b.1"),
    { ...refresh("", { flags: ["--expect-no-changes"] }), differences: ["asked otherwise", "no history"] },
  ]),

  story("refreshing", "refresh --preview-only", [
    up(PAIR, "create a.1, create b.1"),
    { ...refresh("", { before: (world) => world.change("a.1", { size: 9 }) }), args: ["refresh", "--preview-only"] },
    { ...refresh("", { before: (world) => world.lose("b.1") }), args: ["refresh", "--preview-only"] },
  ]),

  story("refreshing", "destroy --refresh of what is partly gone", [
    up(PAIR, "create a.1, create b.1"),
    destroy("delete a.1", { flags: ["--refresh"], before: (world) => world.lose("b.1") }),
  ]),

  story("refreshing", "secrets, components, read resources and outputs survive a refresh", [
    up(
      `const a = thing("a", { size: pulumi.secret(2) }); group("g", (parent) => ({ b: thing("b", {}, { parent, protect: true }).token }));
       Thing.get("seen", "a.1"); exports.a = a.double;`,
      "create a.1, create b.1",
    ),
    {
      ...refresh("", { before: (world) => world.change("a.1", { size: 3, double: 6 }) }),
      differences: ["asked otherwise"],
    },
    up(again, "update a.1"),
  ]),
];

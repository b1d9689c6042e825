import { again, destroy, preview, type Story, story, up } from "../story.js";

const chain = (kind: string, { b = "", options = "" } = {}) =>
  `const a = thing("a", { kind: "${kind}" }, { ${options} }); const b = thing("b", { uses: a.token${b} }); thing("c", { uses: b.token });`;
const first = (kind: string, follow = "") =>
  `const a = thing("a", { kind: "${kind}", first: true }); const b = thing("b", { uses: a.token${follow} }); thing("c", { uses: b.token, follows: true });`;

export const replacement: Story[] = [
  story(
    "replacement",
    "the new one is made first, dependents move over, the old one goes last",
    [
      up(chain("wood"), "create a.1, create b.1, create c.1"),
      preview(chain("iron")),
      up(chain("iron"), "create a.2, update b.1, delete a.1"),
      up(again, ""),
      destroy("delete c.1, delete b.1, delete a.2"),
    ],
    { foreign: true },
  ),

  story("replacement", "dependents that follow are replaced, too", [
    up(chain("wood", { b: ", follows: true" }), "create a.1, create b.1, create c.1"),
    up(chain("iron", { b: ", follows: true" }), "create a.2, create b.2, update c.1, delete b.1, delete a.1"),
    up(again, ""),
  ]),

  story(
    "replacement",
    "a provider that wants the old one gone first",
    [
      up(first("wood"), "create a.1, create b.1, create c.1"),
      preview(first("iron")),
      up(first("iron"), "delete a.1, create a.2, update b.1"),
      up(again, ""),
    ],
    { foreign: true },
  ),

  story(
    "replacement",
    "followers go before what they depend on and come back after it",
    [
      up(first("wood", ", follows: true"), "create a.1, create b.1, create c.1"),
      preview(first("iron", ", follows: true")),
      up(first("iron", ", follows: true"), "delete c.1, delete b.1, delete a.1, create a.2, create b.2, create c.2"),
      up(again, ""),
      destroy("delete c.2, delete b.2, delete a.2"),
    ],
    { foreign: true },
  ),

  story("replacement", "the option deleteBeforeReplace asks for what the provider does not", [
    up(chain("wood", { options: "deleteBeforeReplace: true" }), "create a.1, create b.1, create c.1"),
    up(chain("iron", { options: "deleteBeforeReplace: true" }), "delete a.1, create a.2, update b.1"),
  ]),

  story("replacement", "the option deleteBeforeReplace declines what the provider asks for", [
    up(`thing("a", { kind: "wood", first: true }, { deleteBeforeReplace: false });`, "create a.1"),
    up(`thing("a", { kind: "iron", first: true }, { deleteBeforeReplace: false });`, "create a.2, delete a.1"),
  ]),

  story("replacement", "a recreation that fails is made up for by the next run", [
    up(first("wood"), "create a.1, create b.1, create c.1"),
    up(first("iron"), "delete a.1, create a.2", {
      before: (world) => world.mark("failing-a"),
      exit: 1,
    }),
    preview(again, { differences: ["asked otherwise"] }),
    up(again, "create a.3, update b.1", {
      before: (world) => world.mark("failing-a", false),
      differences: ["asked otherwise"],
    }),
    up(again, ""),
  ]),

  story("replacement", "what could not be recreated leaves the state with the program", [
    up(`thing("a", { kind: "wood", first: true }); thing("z");`, "create a.1, create z.1"),
    up(`thing("a", { kind: "iron", first: true }); thing("z");`, "delete a.1, create a.2", {
      before: (world) => world.mark("failing-a"),
      exit: 1,
    }),
    preview(`thing("z");`),
    up(`thing("z");`, ""),
  ]),

  story("replacement", "what could not be recreated is not deleted again by destroy", [
    up(`thing("a", { kind: "wood", first: true });`, "create a.1"),
    up(`thing("a", { kind: "iron", first: true });`, "delete a.1, create a.2", {
      before: (world) => world.mark("failing-a"),
      exit: 1,
    }),
    destroy(""),
  ]),

  story(
    "replacement",
    "an old half that could not be deleted is tried again",
    [
      up(`thing("a", { kind: "wood" });`, "create a.1"),
      up(`thing("a", { kind: "iron" });`, "create a.2, delete a.1", {
        before: (world) => world.mark("undeletable-a"),
        exit: 1,
      }),
      preview(again),
      up(again, "delete a.1", { before: (world) => world.mark("undeletable-a", false) }),
      up(again, ""),
    ],
    { foreign: true },
  ),

  story("replacement", "an old half that could not be deleted goes with destroy", [
    up(`thing("a", { kind: "wood" });`, "create a.1"),
    up(`thing("a", { kind: "iron" });`, "create a.2, delete a.1", {
      before: (world) => world.mark("undeletable-a"),
      exit: 1,
    }),
    destroy("delete a.1, delete a.2", { anyOrder: true, before: (world) => world.mark("undeletable-a", false) }),
  ]),

  story("replacement", "the old half waits while its dependents still fail", [
    up(chain("wood"), "create a.1, create b.1, create c.1"),
    up(chain("iron"), "create a.2, update b.1", { before: (world) => world.mark("failing-b"), exit: 1 }),
    up(again, "update b.1, delete a.1", { before: (world) => world.mark("failing-b", false) }),
  ]),

  story("replacement", "a new half that fails leaves the old one alone", [
    up(chain("wood"), "create a.1, create b.1, create c.1"),
    up(chain("iron"), "create a.2", { before: (world) => world.mark("failing-a"), exit: 1 }),
    preview(again),
    up(chain("wood"), "", { before: (world) => world.mark("failing-a", false) }),
  ]),

  story("replacement", "replaceOnChanges means nothing to dynamic resources", [
    up(`thing("a", { size: 1 }, { replaceOnChanges: ["size"] });`, "create a.1"),
    up(`thing("a", { size: 2 }, { replaceOnChanges: ["size", "*"] });`, "update a.1"),
  ]),
];

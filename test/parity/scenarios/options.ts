import { again, destroy, preview, refresh, type Story, story, up } from "../story.js";

export const options: Story[] = [
  story("options", "ignoreChanges: a property, a nested one, an element of a list", [
    up(`thing("a", { size: 1, deep: { x: 1, y: 1 }, list: [1, 2], note: "old" });`, "create a.1"),
    up(
      `thing("a", { size: 2, deep: { x: 2, y: 1 }, list: [1, 3], note: "old" }, { ignoreChanges: ["size", "deep.x", "list[1]"] });`,
      "",
    ),
    up(
      `thing("a", { size: 3, deep: { x: 3, y: 3 }, list: [4, 4], note: "new" }, { ignoreChanges: ["size", "deep.x", "list[1]"] });`,
      "update a.1",
    ),
    up(`thing("a", { size: 3, deep: { x: 3, y: 3 }, list: [4, 4], note: "new" });`, "update a.1"),
  ]),

  story("options", "ignoreChanges: wildcards, quoted keys, elements that come and go", [
    up(`thing("a", { list: [{ n: 1, m: 1 }, { n: 2, m: 2 }], tags: { "a.b": 1, c: 1 } });`, "create a.1"),
    up(
      `thing("a", { list: [{ n: 5, m: 1 }, { n: 6, m: 3 }], tags: { "a.b": 2, c: 1 } }, { ignoreChanges: ["list[*].n", 'tags["a.b"]'] });`,
      "update a.1",
    ),
    up(
      `thing("a", { list: [{ n: 5, m: 1 }, { n: 6, m: 3 }, { n: 7, m: 7 }], tags: { "a.b": 2, c: 1 } }, { ignoreChanges: ["list[2]", "tags.*"] });`,
      "update a.1",
    ),
    up(`thing("a", { list: [{ n: 5, m: 1 }] }, { ignoreChanges: ["list[1]", "list[2].n", "tags"] });`, "update a.1"),
  ]),

  story("options", "ignoreChanges: everything, what was never there, and what is no longer declared", [
    up(`thing("a", { size: 1 });`, "create a.1"),
    up(`thing("a", { size: 2, extra: 1 }, { ignoreChanges: ["*"] });`, ""),
    up(`thing("a", { size: 1, extra: 1 }, { ignoreChanges: ["extra"] });`, ""),
    up(`thing("a", {}, { ignoreChanges: ["size"] });`, ""),
    up(`thing("a", { kind: "other" }, { ignoreChanges: ["kind"] });`, "update a.1"),
  ]),

  story("options", "ignoreChanges does not hold for what is made anew", [
    up(`thing("a", { size: 1, kind: "wood" });`, "create a.1"),
    up(`thing("a", { size: 2, kind: "iron" }, { ignoreChanges: ["size"] });`, "create a.2, delete a.1"),
    up(`thing("b", { size: 2 }, { ignoreChanges: ["size"] });`, "create b.1, delete a.2"),
  ]),

  story("options", "protect: deletion is refused, the rest goes on", [
    up(`thing("a", {}, { protect: true }); thing("b"); thing("c");`, "create a.1, create b.1, create c.1"),
    up(`thing("c");`, "delete b.1", { exit: 1, says: /protect/ }),
    up(`thing("a"); thing("c");`, ""),
    up(`thing("c");`, "delete a.1"),
  ]),

  story("options", "protect: replacement is refused", [
    up(`thing("a", { kind: "wood" }, { protect: true }); thing("b");`, "create a.1, create b.1"),
    preview(`thing("a", { kind: "iron" }, { protect: true }); thing("b");`, { exit: 1, says: /protect/ }),
    up(`thing("a", { kind: "iron" }, { protect: true }); thing("b", { size: 2 });`, "", { exit: 1, says: /protect/ }),
    up(`thing("a", { kind: "wood", size: 3 }, { protect: true }); thing("b");`, "update a.1"),
    up(`thing("a", { kind: "iron", size: 3 }); thing("b");`, "create a.2, delete a.1"),
  ]),

  story("options", "protect: of something that a recreated dependency would take with it", [
    up(
      `const a = thing("a", { kind: "wood", first: true }); thing("b", { uses: a.token, follows: true }, { protect: true });`,
      "create a.1, create b.1",
    ),
    up(
      `const a = thing("a", { kind: "iron", first: true }); thing("b", { uses: a.token, follows: true }, { protect: true });`,
      "",
      { exit: 1, says: /protect/ },
    ),
  ]),

  story("options", "retainOnDelete: the state forgets, the thing stays", [
    up(`thing("a", {}, { retainOnDelete: true }); thing("b");`, "create a.1, create b.1"),
    up(`thing("b");`, ""),
    up(`thing("b", { kind: "iron" }, { retainOnDelete: true });`, "create b.2, delete b.1"),
    up(`thing("b", { kind: "gold" }, { retainOnDelete: true });`, "create b.3"),
    destroy(""),
  ]),

  story("options", "retainOnDelete: with deletion before replacement", [
    up(`thing("a", { kind: "wood", first: true }, { retainOnDelete: true });`, "create a.1"),
    up(`thing("a", { kind: "iron", first: true }, { retainOnDelete: true });`, "create a.2"),
    up(again, ""),
  ]),

  story("options", "deletedWith: what goes with its container is not deleted by itself", [
    up(
      `const a = thing("a"); const b = thing("b", {}, { deletedWith: a }); thing("c", { uses: b.token }, { deletedWith: a });`,
      "create a.1, create b.1, create c.1",
    ),
    up(`const a = thing("a"); thing("c", {}, { deletedWith: a });`, "update c.1, delete b.1"),
    destroy("delete a.1"),
  ]),

  story("options", "deletedWith: a container that is replaced takes its content along", [
    up(
      `const a = thing("a", { kind: "wood" }); thing("b", { size: 1 }, { deletedWith: a }); thing("c", { uses: a.token });`,
      "create a.1, create b.1, create c.1",
    ),
    up(
      `const a = thing("a", { kind: "iron" }); thing("b", { size: 1 }, { deletedWith: a }); thing("c", { uses: a.token });`,
      "create a.2, create b.2, update c.1, delete a.1",
    ),
    up(
      `const a = thing("a", { kind: "gold", first: true }); thing("b", { size: 1 }, { deletedWith: a }); thing("c", { uses: a.token });`,
      "delete a.2, create a.3, create b.3, update c.1",
    ),
    up(again, ""),
  ]),

  story("options", "additionalSecretOutputs and customTimeouts are kept in the state", [
    up(
      `const a = thing("a", { size: 1 }, { additionalSecretOutputs: ["token", "double", "nothing"], customTimeouts: { create: "90s", update: "2m", delete: "1h" } });
       thing("b", { uses: a.token }); exports.token = a.token;`,
      "create a.1, create b.1",
    ),
    up(again, ""),
    up(`const a = thing("a", { size: 1 }); thing("b", { uses: a.token }); exports.token = a.token;`, ""),
    up(again, ""),
  ]),

  story("options", "options alone change the state and nothing else", [
    up(`const z = thing("z"); thing("a", { size: 1 });`, "create z.1, create a.1"),
    up(
      `const z = thing("z"); thing("a", { size: 1 }, { protect: true, retainOnDelete: true, ignoreChanges: ["size"], dependsOn: z, deleteBeforeReplace: true, replaceOnChanges: ["size"], customTimeouts: { create: "10s" }, deletedWith: z });`,
      "",
    ),
    up(again, ""),
    up(`const z = thing("z"); thing("a", { size: 1 });`, ""),
  ]),

  story("options", "dependsOn: orders creation and deletion and causes no change", [
    up(`const a = thing("a"); thing("b", {}, { dependsOn: [a] });`, "create a.1, create b.1"),
    up(`const a = thing("a", { kind: "iron" }); thing("b", {}, { dependsOn: [a] });`, "create a.2, delete a.1"),
    up(`const b = thing("b"); thing("a", { kind: "iron" }, { dependsOn: b });`, ""),
    destroy("delete a.2, delete b.1"),
  ]),

  story("options", "read with get: kept apart from what is managed", [
    up(`thing("a", { size: 4 });`, "create a.1"),
    up(
      `thing("a", { size: 4 }); const seen = Thing.get("seen", "a.1"); exports.size = seen.double; thing("b", { uses: seen.token });`,
      "create b.1",
    ),
    up(again, "", { before: (world) => world.change("a.1", { double: 10 }) }),
    preview(again, { flags: ["--expect-no-changes"] }),
    { ...refresh(""), differences: ["asked otherwise"] },
    up(`thing("a", { size: 4 });`, "delete b.1"),
    destroy("delete a.1"),
  ]),

  story("options", "read with get: something managed becomes read, and back", [
    up(`thing("a", { size: 4 });`, "create a.1"),
    up(`Thing.get("a", "a.1");`, ""),
    up(`thing("a", { size: 4 });`, "create a.2"),
    up(`Thing.get("a", "a.1");`, "delete a.2"),
    destroy(""),
  ]),
];

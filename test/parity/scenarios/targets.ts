import { again, destroy, preview, refresh, type Story, story, up, urnOf } from "../story.js";

const chain = (size: number) =>
  `const a = thing("a", { size: ${size} }); const b = thing("b", { uses: a.double, size: ${size} }); thing("c", { uses: b.token, size: ${size} });`;
const on = (...names: string[]) => names.flatMap((name) => ["--target", urnOf(name)]);
const off = (...names: string[]) => names.flatMap((name) => ["--exclude", urnOf(name)]);

export const targets: Story[] = [
  story("targets", "up --target: only the named are changed", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    preview(chain(2), { flags: on("b") }),
    up(chain(2), "update b.1", { flags: on("b") }),
    up(chain(2), "update a.1", { flags: on("a") }),
    up(again, "update b.1, update c.1"),
  ]),

  story("targets", "up --target: what is new is made only if it is named", [
    up(`thing("a");`, "create a.1"),
    up(`thing("a", { size: 2 }); thing("b"); thing("c");`, "create c.1", { flags: on("c") }),
    up(again, "update a.1, create b.1"),
  ]),

  story("targets", "up --target: what the program no longer has goes only if it is named", [
    up(`thing("a"); thing("b"); thing("c");`, "create a.1, create b.1, create c.1"),
    up(`thing("c", { size: 2 });`, "delete a.1", { flags: on("a") }),
    up(again, "update c.1, delete b.1"),
  ]),

  story("targets", "up --target: with wildcards", [
    up(`thing("aa"); thing("ab"); thing("b");`, "create aa.1, create ab.1, create b.1"),
    up(`thing("aa", { size: 1 }); thing("ab", { size: 1 }); thing("b", { size: 1 });`, "update aa.1, update ab.1", {
      flags: ["--target", "**Thing::a*"],
    }),
  ]),

  story("targets", "up --target: a name that nothing has", [
    up(`thing("a");`, "create a.1"),
    up(`thing("a", { size: 1 });`, "", { flags: on("nobody"), exit: 1 }),
  ]),

  story("targets", "up --target-dependents: what depends on the named comes along", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    up(chain(2), "update b.1, update c.1", { flags: [...on("b"), "--target-dependents"] }),
    up(again, "update a.1, update b.1"),
  ]),

  story("targets", "up --target: a replacement and those that depend on it", [
    up(
      `const a = thing("a", { kind: "wood" }); const b = thing("b", { uses: a.token, follows: true }); thing("c", { uses: b.token });`,
      "create a.1, create b.1, create c.1",
    ),
    up(
      `const a = thing("a", { kind: "iron" }); const b = thing("b", { uses: a.token, follows: true }); thing("c", { uses: b.token });`,
      "create a.2, delete a.1",
      { flags: on("a") },
    ),
    up(again, "create b.2, update c.1, delete b.1"),
  ]),

  story("targets", "up --target: a follower that is not named is recreated all the same", [
    up(
      `const a = thing("a", { kind: "wood", first: true }); thing("b", { uses: a.token, follows: true });`,
      "create a.1, create b.1",
    ),
    up(
      `const a = thing("a", { kind: "iron", first: true }); thing("b", { uses: a.token, follows: true });`,
      "delete b.1, delete a.1, create a.2, create b.2",
      {
        flags: on("a"),
        differences: ["followers get what is new"],
      },
    ),
  ]),

  story("targets", "up --exclude: all but the named", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    up(`${chain(2)} thing("d");`, "update a.1, update c.1", { flags: off("b", "d") }),
    up(again, "update b.1, create d.1"),
  ]),

  story("targets", "up --exclude-dependents: what depends on the named is left alone, too", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    up(chain(2), "update a.1", { flags: [...off("b"), "--exclude-dependents"] }),
    up(again, "update b.1, update c.1"),
  ]),

  story("targets", "up --replace: whatever they differ in", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    preview(chain(1), { flags: ["--replace", urnOf("b")] }),
    up(chain(2), "update a.1, create b.2, update c.1, delete b.1", { flags: ["--replace", urnOf("b")] }),
    up(again, ""),
  ]),

  story("targets", "up --target-replace: these and no others", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    up(chain(2), "create b.2, delete b.1", { flags: ["--target-replace", urnOf("b")] }),
    up(again, "update a.1, update b.2, update c.1"),
  ]),

  story("targets", "destroy --target: refused while dependents are left out", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    destroy("", { flags: on("b"), exit: 1, says: /not specified in --target list/, differences: ["asked otherwise"] }),
    destroy("delete c.1, delete b.1", {
      flags: [...on("b"), "--target-dependents"],
      differences: ["asked otherwise"],
    }),
    up(again, "create b.2, create c.2"),
    destroy("delete c.2", { flags: on("c") }),
    destroy("delete b.2, delete a.1", { flags: on("a", "b"), differences: ["asked otherwise"] }),
  ]),

  story("targets", "destroy --exclude and --exclude-protected", [
    up(
      `const a = thing("a"); thing("b", { uses: a.token }, { protect: true }); thing("c"); thing("d");`,
      "create a.1, create b.1, create c.1, create d.1",
    ),
    destroy("delete d.1", { flags: off("c", "b") }),
    destroy("delete c.1", { flags: ["--exclude-protected"] }),
    destroy("", { exit: 1, says: /protect/ }),
  ]),

  story("targets", "refresh --target: only the named are read", [
    up(chain(1), "create a.1, create b.1, create c.1"),
    refresh("", {
      flags: on("a"),
      before: (world) => {
        world.change("a.1", { size: 9 });
        world.change("b.1", { size: 9 });
      },
    }),
    refresh("", { flags: off("a") }),
  ]),

  story("targets", "a component that is named and what is in it", [
    up(
      `group("g", (parent) => { thing("a", {}, { parent }); thing("b", {}, { parent }); return {}; });`,
      "create a.1, create b.1",
    ),
    up(
      `group("g", (parent) => { thing("a", { size: 1 }, { parent }); thing("b", { size: 1 }, { parent }); return {}; });`,
      "update a.1",
      {
        flags: ["--target", urnOf("a", ["my:mod:Group"])],
      },
    ),
    up(again, "", { flags: ["--target", "urn:pulumi:dev::parity::my:mod:Group::g"] }),
    destroy("delete a.1, delete b.1", {
      anyOrder: true,
      flags: ["--target", "urn:pulumi:dev::parity::my:mod:Group::g", "--target-dependents"],
    }),
  ]),
];

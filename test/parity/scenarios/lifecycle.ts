import { again, destroy, preview, type Story, story, up } from "../story.js";

const PAIR = `const a = thing("a", { size: 1 }); thing("b", { uses: a.token }); exports.double = a.double;`;

export const lifecycle: Story[] = [
  story(
    "lifecycle",
    "made, left alone, changed, deleted",
    [
      up(PAIR, "create a.1, create b.1"),
      up(again, ""),
      up(PAIR.replace("size: 1", "size: 2"), "update a.1"),
      up(`thing("a", { size: 2 });`, "delete b.1"),
      destroy("delete a.1"),
      destroy(""),
    ],
    { foreign: true },
  ),

  story("lifecycle", "dependents are made last and deleted first", [
    up(
      `const a = thing("a");
       const b = thing("b", {}, { dependsOn: a });
       const c = thing("c", { uses: pulumi.all([a.token, b.token]).apply((tokens) => tokens.join()) });
       thing("d", {}, { dependsOn: [c, a] });`,
      "create a.1, create b.1, create c.1, create d.1",
    ),
    up(`thing("a");`, "delete d.1, delete c.1, delete b.1"),
    destroy("delete a.1"),
  ]),

  story("lifecycle", "a program that declares nothing", [
    up(``, ""),
    up(`exports.only = "outputs"; exports.list = [1, { two: 2 }];`, ""),
    up(``, ""),
    destroy(""),
  ]),

  story(
    "lifecycle",
    "a preview writes nothing and calls nothing that makes",
    [
      preview(PAIR),
      preview(PAIR, { flags: ["--expect-no-changes"], exit: 7 }),
      up(PAIR, "create a.1, create b.1"),
      preview(again, { flags: ["--expect-no-changes"] }),
      preview(PAIR.replace("size: 1", "size: 5")),
      preview(`thing("a", { size: 1, kind: "other" });`),
    ],
    { foreign: true },
  ),

  story(
    "lifecycle",
    "what is not yet made is unknown to its dependents in previews",
    [
      preview(
        `const a = thing("a", { size: 1, tags: { x: "y" } });
       const b = thing("b", { uses: a.token, number: a.double, nested: { list: ["plain", a.token] } });
       thing("c", { known: a.size, text: pulumi.interpolate\`<\${b.token}>\` });`,
      ),
      up(`const a = thing("a", { size: 1 }); thing("b", { uses: a.token, follows: true });`, "create a.1, create b.1"),
      preview(`const a = thing("a", { size: 2 }); thing("b", { uses: a.token, follows: true });`),
      preview(`const a = thing("a", { kind: "other" }); thing("b", { uses: a.token, follows: true });`),
    ],
    { foreign: true },
  ),

  story("lifecycle", "inputs that appear, disappear and are null", [
    up(`thing("a", { one: 1, gone: "x", nil: null, list: [1, null, "2"], deep: { a: { b: [] } } });`, "create a.1"),
    up(again, ""),
    up(`thing("a", { one: 1, added: true, nil: undefined, list: [], deep: {} });`, "update a.1"),
    up(again, ""),
  ]),

  story("lifecycle", "a default that check chose stays until another one is declared", [
    up(`thing("a", { size: 1, kind: "wood" });`, "create a.1"),
    up(`thing("a", { size: 1 });`, ""),
    up(`thing("a", { size: 1, kind: "iron" });`, "create a.2, delete a.1"),
    up(`thing("a", { size: 2 });`, "update a.2"),
  ]),

  story("lifecycle", "many siblings in the order of the program", [
    up(
      `for (let i = 0; i < 8; i += 1) thing("s" + i, { size: i });`,
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `create s${i}.1`).join(", "),
    ),
    up(
      `for (let i = 7; i > 0; i -= 1) thing("s" + i, { size: i % 2 });`,
      "update s7.1, update s6.1, update s5.1, update s4.1, update s3.1, update s2.1, delete s0.1",
    ),
  ]),
];

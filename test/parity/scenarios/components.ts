import { again, destroy, preview, type Story, story, up } from "../story.js";

export const components: Story[] = [
  story("components", "things inside components, with outputs, in URNs of nested types", [
    up(
      `const g = group("g", (parent) => {
         const inner = group("inner", (deep) => ({ token: thing("t", { size: 2 }, { parent: deep }).token }), { parent });
         return { token: inner.token, secret: pulumi.secret("s") };
       });
       exports.token = g.token;`,
      "create t.1",
    ),
    up(again, ""),
    preview(`group("g", () => ({ other: 1 }));`),
    up(`group("g", () => ({ other: 1 }));`, "delete t.1"),
    destroy(""),
  ]),

  story("components", "inputs of components are compared without a provider", [
    up(`group("g", () => ({}), {}, { size: 1, secret: pulumi.secret("x") });`, ""),
    up(`group("g", () => ({}), {}, { size: 2, secret: pulumi.secret("x") });`, ""),
    up(again, ""),
  ]),

  story("components", "a thing below a thing", [
    up(`const a = thing("a"); thing("b", {}, { parent: a });`, "create a.1, create b.1"),
    up(`const a = thing("a", { kind: "iron" }); thing("b", {}, { parent: a });`, "create a.2, delete a.1"),
    up(``, "delete b.1, delete a.2"),
  ]),

  story("components", "children inherit protect, retainOnDelete and deletedWith", [
    up(
      `const z = thing("z");
       group("safe", (parent) => ({ a: thing("a", {}, { parent }).token, b: thing("b", {}, { parent, protect: false }).token }), { protect: true });
       group("kept", (parent) => ({ c: thing("c", {}, { parent }).token }), { retainOnDelete: true });
       group("tied", (parent) => ({ d: thing("d", {}, { parent }).token }), { deletedWith: z });`,
      "create z.1, create a.1, create b.1, create c.1, create d.1",
    ),
    up(`thing("y");`, "create y.1, delete b.1, delete z.1", { exit: 1, says: /protect/ }),
  ]),

  story("components", "dependsOn a component means on all that is in it", [
    up(
      `const g = group("g", (parent) => ({ a: thing("a", {}, { parent }).token }));
       const h = group("h", (parent) => ({ d: thing("d", {}, { parent }).token }), { dependsOn: g });`,
      "create a.1, create d.1",
    ),
    destroy("delete d.1, delete a.1"),
  ]),

  story("components", "another parent without an alias is another resource", [
    up(`group("g"); thing("a");`, "create a.1"),
    up(`group("g", (parent) => ({ a: thing("a", {}, { parent }).token }));`, "create a.2, delete a.1"),
  ]),

  story("components", "another parent with an alias is the same resource", [
    up(`group("g"); thing("a", { size: 1 });`, "create a.1"),
    up(
      `group("g", (parent) => ({ a: thing("a", { size: 1 }, { parent, aliases: [{ parent: pulumi.rootStackResource }] }).token }));`,
      "",
    ),
    up(`group("g", (parent) => ({ a: thing("a", { size: 1 }, { parent }).token }));`, ""),
    up(`const g = group("g"); thing("a", { size: 2 }, { aliases: [{ parent: g }] });`, "update a.1"),
  ]),

  story("components", "renamed with an alias by name, by URN, by both", [
    up(`const a = thing("a", { size: 1 }); thing("b", { uses: a.token }, { dependsOn: a });`, "create a.1, create b.1"),
    preview(
      `const a = thing("a2", { name: "a", size: 1 }, { aliases: [{ name: "a" }] }); thing("b", { uses: a.token }, { dependsOn: a });`,
    ),
    up(
      `const a = thing("a2", { name: "a", size: 1 }, { aliases: [{ name: "a" }] }); thing("b", { uses: a.token }, { dependsOn: a });`,
      "",
    ),
    up(
      `const a = thing("a3", { name: "a", size: 2 }, { aliases: ["urn:pulumi:dev::parity::pulumi-nodejs:dynamic/kvm:Thing::a2"] }); thing("b", { uses: a.token });`,
      "update a.1",
    ),
    up(
      `const a = thing("a4", { name: "a", size: 2, kind: "iron" }, { aliases: [{ name: "a3" }, { name: "a2" }] }); thing("b", { uses: a.token });`,
      "create a.2, update b.1, delete a.1",
    ),
    destroy("delete b.1, delete a.2"),
  ]),

  story("components", "a renamed component takes its children along", [
    up(
      `group("old", (parent) => ({ token: thing("old-disk", { name: "disk" }, { parent }).token, b: thing("b", {}, { parent }).token }));`,
      "create disk.1, create b.1",
    ),
    up(
      `group("new", (parent) => ({ token: thing("new-disk", { name: "disk" }, { parent }).token, b: thing("b", {}, { parent }).token }), { aliases: [{ name: "old" }] });`,
      "",
    ),
    up(
      `group("new", (parent) => ({ token: thing("new-disk", { name: "disk" }, { parent }).token, b: thing("b", {}, { parent }).token }));`,
      "",
    ),
  ]),

  story("components", "an alias that nothing ever had, and one that another resource has", [
    up(`thing("a");`, "create a.1"),
    up(`thing("a"); thing("b", {}, { aliases: [{ name: "never" }] });`, "create b.1"),
    up(`thing("a"); thing("c", {}, { aliases: [{ name: "a" }] }); thing("b");`, "", {
      exit: 1,
      differences: ["asked otherwise"],
    }),
    up(`thing("c", {}, { aliases: [{ name: "a" }] }); thing("a"); thing("b");`, "", {
      exit: 1,
      differences: ["asked otherwise"],
    }),
  ]),

  story("components", "resources as inputs and outputs", [
    up(
      `const a = thing("a", { size: 1 }); const g = group("g", (parent) => ({ part: thing("p", {}, { parent }), list: [a] }));
       exports.thing = a; exports.group = g; exports.id = a.id; exports.urn = a.urn;`,
      "create a.1, create p.1",
    ),
    up(again, ""),
    preview(again, { flags: ["--expect-no-changes"] }),
  ]),
];

import { again, destroy, preview, refresh, type Story, story, up } from "../story.js";

/** A provider whose code is serialized into the state; it notes its calls like the others do. */
const closures = (size: number, more = "") => `
  const fs = require("node:fs");
  const factor = ${size};
  const note = (call) => require("node:fs").appendFileSync(process.env.THINGS + "/log", JSON.stringify({ ...call, pid: process.pid }) + "\\n");
  const provider = {
    async check(olds, news) { note({ call: "check", name: news.name, olds, news }); return { inputs: { ...news, filled: "yes" } }; },
    async diff(id, olds, news) { note({ call: "diff", name: news.name, id, olds, news }); return { changes: olds.size !== news.size }; },
    async create(inputs) { note({ call: "create", name: inputs.name, id: inputs.name, news: inputs }); return { id: inputs.name, outs: { ...inputs, result: inputs.size * factor } }; },
    async update(id, olds, news) { note({ call: "update", name: news.name, id, olds, news }); return { outs: { ...news, result: news.size * factor } }; },
    async delete(id, props) { note({ call: "delete", name: props.name, id, props }); },
  };
  class Own extends pulumi.dynamic.Resource {
    constructor(name, args, options) { super(provider, name, { result: undefined, name, ...args }, options); }
  }
  ${more}`;

export const foreign: Story[] = [
  story("foreign", "a provider of the program's own closures", [
    preview(closures(2, `const o = new Own("o", { size: 3 }); thing("a", { uses: o.result });`)),
    up(
      closures(
        2,
        `const o = new Own("o", { size: 3 }); thing("a", { uses: o.result }, { dependsOn: o }); exports.result = o.result;`,
      ),
      "create o, create a.1",
    ),
    up(again, ""),
    up(
      closures(2, `const o = new Own("o", { size: 4 }); thing("a", { uses: o.result }, { dependsOn: o });`),
      "update o, update a.1",
    ),
    destroy("delete a.1, delete o"),
  ]),

  story("foreign", "closures that change are no difference to themselves", [
    up(closures(2, `const o = new Own("o", { size: 3 }); exports.result = o.result;`), "create o"),
    up(closures(5, `const o = new Own("o", { size: 3 }); exports.result = o.result;`), ""),
    up(closures(5, `const o = new Own("o", { size: 4 }); exports.result = o.result;`), "update o"),
    refresh(""),
  ]),

  story("foreign", "a provider with as little as possible", [
    up(
      `class Least extends pulumi.dynamic.Resource { constructor(name, args) { super({ create: async (inputs) => ({ id: "only" }) }, name, { x: undefined, ...args }); } }
       const l = new Least("l", { size: 1 }); exports.x = l.x; exports.id = l.id;`,
      "",
    ),
    up(
      `class Least extends pulumi.dynamic.Resource { constructor(name, args) { super({ create: async (inputs) => ({ id: "only" }) }, name, { x: undefined, ...args }); } }
       const l = new Least("l", { size: 2 }); exports.x = l.x; exports.id = l.id;`,
      "",
    ),
    refresh(""),
    destroy(""),
  ]),

  story("foreign", "what a provider prints and throws", [
    up(
      `class Loud extends pulumi.dynamic.Resource { constructor(name) { super({ create: async () => { console.log("said aloud"); throw new Error("with a reason"); } }, name, {}); } }
       new Loud("l");`,
      "",
      { exit: 1, says: /with a reason/ },
    ),
  ]),
];

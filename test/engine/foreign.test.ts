import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTestbed } from "./support/testbed.js";

const PROGRAM = `
  const provider = {
    async check(olds, news) { return { inputs: { ...news, filled: "yes" } }; },
    async diff(id, olds, news) { return { changes: olds.size !== news.size, replaces: olds.kind !== news.kind ? ["kind"] : [] }; },
    async create(inputs) {
      console.log("foreign create " + inputs.size);
      if (inputs.size > 100) throw Object.assign(new Error("too big"), { id: "big", properties: inputs, reasons: ["it is too big"] });
      return { id: "made", outs: { ...inputs, double: inputs.size * 2 } };
    },
    async update(id, olds, news) { return { outs: { ...news, double: news.size * 2 } }; },
    async read(id, props) { return { id, props }; },
    async delete() { console.log("foreign delete"); },
  };
  class Foreign extends pulumi.dynamic.Resource {
    constructor(name, args, options) { super(provider, name, { double: undefined, ...args }, options); }
  }
`;

test("A dynamic provider of the program's own runs in its process, beside the handlers in this one", async () => {
  using bed = makeTestbed(
    `${PROGRAM} const f = new Foreign("f", { size: 2, secret: pulumi.secret("foreign-secret") }); thing("a", { size: f.double }); exports.double = f.double;`,
  );
  const planned = await bed.preview();
  assert.deepEqual(planned.failures, []);
  assert.equal(planned.step("f").new?.inputs.filled, "yes");

  const made = await bed.up();
  assert.deepEqual(made.failures, []);
  assert.deepEqual(made.outputs, { double: 4 });
  assert.equal(bed.thing("a-plain").size, 4);
  assert.ok(made.messages.includes("foreign create 2"));
  assert.ok(!JSON.stringify(bed.state()).includes("foreign-secret"));

  bed.program(`${PROGRAM} new Foreign("f", { size: 3 }); new Foreign("g", { size: 101 });`);
  const changed = await bed.up();
  assert.match(changed.failures.join(), /it is too big/);
  assert.deepEqual(bed.state().named("g")?.initErrors, ["it is too big"]);
  assert.equal(bed.state().outputs("f").double, 6);

  const destroyed = await bed.destroy({ refresh: true });
  assert.deepEqual(destroyed.failures, []);
  assert.equal(destroyed.messages.filter((message) => message === "foreign delete").length, 2);
});

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { STORE } from "../support.js";

lifecycle({
  type: "Host",
  handler: handlers.Host,
  args: () => ({ connection: { name: "here" } }),
  observe: () => readFile(`${STORE}/host-id`, "utf8"),
  // The host itself stays.
  leftovers: async () => [],
  updates: [
    {
      title: "another name is a change of the connection",
      args: () => ({ connection: { name: "there" } }),
      changes: { "connection.name": "live" },
    },
  ],
});

test("A host is the same whatever it is called, and its facts never differ", async () => {
  const one = new Subject(handlers.Host, "Host", "one");
  const other = new Subject(handlers.Host, "Host", "other");
  await Promise.all([one.up({ connection: { name: "a" } }), other.up({ connection: { name: "b" } })]);
  assert.equal(one.id, other.id);
  const facts = one.outputs.facts as { accelerators: string[]; bridgeKinds: string[]; cpus: number };
  assert.deepEqual(facts.accelerators, ["tcg"]);
  assert.deepEqual(facts.bridgeKinds, ["linux", "openvswitch"]);
  assert.ok(facts.cpus > 0);
  one.outputs.facts = { ...facts, cpus: 1000 };
  assert.deepEqual(await one.preview({ connection: { name: "a" } }), []);
});

test("Damaged facts are gathered anew", async () => {
  await writeFile(`${STORE}/facts.json`, "{");
  const host = new Subject(handlers.Host, "Host", "damaged");
  await host.up({ connection: { name: "damaged" } });
  assert.equal(typeof (host.outputs.facts as { cpus: number }).cpus, "number");
});

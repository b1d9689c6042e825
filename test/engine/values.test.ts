import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equal } from "../../engine/values/equal.js";
import { markSecretOutputs, remarkSecrets } from "../../engine/values/mark-secrets.js";
import { mask } from "../../engine/values/mask.js";
import { fromPlain, toPlain } from "../../engine/values/plain.js";
import { fromStruct, toStruct } from "../../engine/values/rpc.js";
import { decodeProperties, encodeProperties } from "../../engine/values/state.js";
import { containsSecret, type PropertyMap, Secret, SIGNATURE, TAGS, type Value } from "../../engine/values/value.js";
import { UNKNOWN } from "../../provider/handler.js";

const key = fc.string({ unit: "grapheme" }).filter((text) => text !== "__proto__" && text !== SIGNATURE);
const reference = fc
  .record({
    [SIGNATURE]: fc.constant(TAGS.resource),
    urn: fc.string(),
    id: fc.string({ minLength: 1 }).filter((id) => id !== UNKNOWN),
    packageVersion: fc.constant(""),
  })
  .map((fields) => ({ ...fields }));
const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: "grapheme" }),
  fc.constant(UNKNOWN),
  fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
  reference,
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf as fc.Arbitrary<Value>,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }).map((map) => ({ ...map })),
    tie("tree").map((value) => new Secret(value)),
  ),
}));
const properties = fc.dictionary(key, tree, { maxKeys: 5 }).map((map): PropertyMap => ({ ...map }));

/** Stands for a cipher: unlike the text, and reversible. */
const encrypt = (text: string) => Buffer.from(text).toString("base64url");
const decrypt = (text: string) => Buffer.from(text, "base64url").toString();

test("Properties come back from a message as they were", () => {
  fc.assert(
    fc.property(properties, (value) => {
      assert.deepEqual(fromStruct(toStruct(value, { secrets: true, resources: true })), value);
    }),
  );
});

test("Properties come back from the state's JSON as they were", () => {
  fc.assert(
    fc.property(properties, (value) => {
      const stored = JSON.parse(JSON.stringify(encodeProperties(value, encrypt)));
      assert.deepEqual(decodeProperties(stored, decrypt), value);
    }),
  );
});

test("The state's JSON holds nothing of a secret's text", () => {
  fc.assert(
    fc.property(properties, (value) => {
      const marked = { ...value, hidden: { deep: [new Secret("correct-horse-battery")] } };
      assert.ok(!JSON.stringify(encodeProperties(marked, encrypt)).includes("correct-horse"));
    }),
  );
});

test("Whoever does not understand secrets gets them in clear, and nothing of their marks", () => {
  fc.assert(
    fc.property(properties, (value) => {
      const plain = toStruct(value, { secrets: false, resources: false }).toJavaScript();
      assert.ok(!JSON.stringify(plain).includes(SIGNATURE));
    }),
  );
});

test("A value equals its copy, and a secret does not equal its clear text", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const copy = decodeProperties(JSON.parse(JSON.stringify(encodeProperties({ value }, encrypt))), decrypt).value;
      assert.ok(equal(value, copy));
      if (!(value instanceof Secret)) assert.ok(!equal(value, new Secret(value)));
    }),
  );
});

test("Masked values show no secret", () => {
  fc.assert(
    fc.property(properties, (value) => {
      assert.ok(!JSON.stringify(mask({ value, hidden: new Secret("correct-horse") })).includes("correct-horse"));
    }),
  );
});

test("What a handler answers is marked secret where it was sent a secret", () => {
  fc.assert(
    fc.property(properties, (sent) => {
      const answered = remarkSecrets(fromPlain(toPlain(sent)), sent);
      for (const [name, value] of Object.entries(sent)) {
        assert.equal(containsSecret(answered[name] ?? null), containsSecret(value), name);
      }
    }),
  );
});

test("Unknown values of every type are read as the one the engine knows", () => {
  const sentinels = ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"];
  const message = toStruct({ list: sentinels }, { secrets: true, resources: true });
  assert.deepEqual(fromStruct(message), { list: [UNKNOWN, UNKNOWN] });
});

test("An output value becomes its value, secret or unknown as it says", () => {
  const output = (fields: PropertyMap) => ({ [SIGNATURE]: TAGS.output, ...fields });
  const message = toStruct(
    { a: output({ value: 1 }), b: output({ value: 2, secret: true }), c: output({}) },
    { secrets: true, resources: true },
  );
  assert.deepEqual(fromStruct(message), { a: 1, b: new Secret(2), c: UNKNOWN });
});

test("Outputs are secret when declared so or when the input of the same name is", () => {
  const outputs = markSecretOutputs({ key: "k", name: "n", port: 1 }, { name: new Secret("n") }, ["key", "missing"]);
  assert.deepEqual(outputs, { key: new Secret("k"), name: new Secret("n"), port: 1 });
});

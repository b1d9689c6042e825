import assert from "node:assert/strict";
import { test } from "node:test";
import ssh2 from "ssh2";
import * as handlers from "../../../provider/dynamic.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";

lifecycle({
  type: "KeyPair",
  handler: handlers.KeyPair,
  args: () => ({ comment: "lab" }),
  observe: async ({ privateKey }) => privateKey,
  // A key is nowhere but in the state.
  leftovers: async () => [],
  recoversLostState: false,
});

test("A key is kept by updates and made anew by a replacement", async () => {
  const key = new Subject(handlers.KeyPair, "KeyPair", "key");
  await key.up({ comment: "one" });
  const { fingerprint } = key.outputs;
  key.name = "renamed";
  await key.up({ comment: "one" });
  assert.equal(key.outputs.fingerprint, fingerprint);
  await key.up({ comment: "two" });
  assert.notEqual(key.outputs.fingerprint, fingerprint);
  assert.equal(key.id, key.outputs.fingerprint);
});

test("The two halves of a key belong together and ssh can read both", async () => {
  const key = new Subject(handlers.KeyPair, "KeyPair", "key");
  await key.up({ comment: 'it\'s "me"' });
  const parsed = ssh2.utils.parseKey(String(key.outputs.privateKey));
  assert.ok(!(parsed instanceof Error));
  const [type, blob, comment] = String(key.outputs.publicKey).split(/ (.*?) (.*)/);
  assert.equal(type, "ssh-ed25519");
  assert.equal(blob, parsed.getPublicSSH().toString("base64"));
  assert.equal(comment, 'it\'s "me"');
});

test("A comment of two lines is refused by name", async () => {
  const key = new Subject(handlers.KeyPair, "KeyPair", "key");
  await assert.rejects(key.up({ comment: "a\nb" }), /^TypeError: comment: must be one line$/);
});

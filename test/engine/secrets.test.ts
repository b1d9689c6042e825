import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createPassphrase, findPassphrase, passphraseFile } from "../../engine/passphrase.js";
import { createCrypter, openCrypter } from "../../engine/secrets.js";

test("What one run encrypted another run decrypts", async () => {
  const first = await createCrypter("open sesame");
  const second = await openCrypter("open sesame", first.salt);
  assert.equal(second.decrypt(first.encrypt("grüße")), "grüße");
  assert.equal(second.decrypt(first.encrypt("")), "");
});

test("The same text never has the same ciphertext", async () => {
  const crypter = await createCrypter("open sesame");
  assert.notEqual(crypter.encrypt("text"), crypter.encrypt("text"));
});

test("A salt of the Pulumi CLI opens with its passphrase and with no other", async () => {
  const salt = "v1:T1Mv69YFjPQ=:v1:+jtTvJ3ErbQTAcpT:uqV7JgPxkjrDQmPdj0xR2ge7BPaTYw==";
  await assert.rejects(openCrypter("wrong", salt), /incorrect passphrase/);
  await assert.rejects(openCrypter("x", "nonsense"), /must have the form/);
});

test("A ciphertext that was tampered with is refused", async () => {
  const crypter = await createCrypter("open sesame");
  const parts = crypter.encrypt("text").split(":");
  const data = Buffer.from(parts[2] ?? "", "base64");
  data[0] = (data[0] ?? 0) ^ 1;
  assert.throws(() => crypter.decrypt(`${parts[0]}:${parts[1]}:${data.toString("base64")}`));
});

test("A passphrase is made up once, for its owner's eyes, and found again", async () => {
  const root = mkdtempSync(join(tmpdir(), "engine-passphrase-"));
  try {
    assert.equal(await findPassphrase(root, {}), undefined);
    const made = await createPassphrase(root);
    assert.match(made.notice ?? "", /PULUMI_CONFIG_PASSPHRASE_FILE/);
    assert.equal(statSync(passphraseFile(root)).mode & 0o777, 0o600);
    assert.equal(readFileSync(passphraseFile(root), "utf8").trim(), made.text);
    assert.deepEqual(await findPassphrase(root, {}), { text: made.text });
    assert.deepEqual(await createPassphrase(root), { text: made.text });
    assert.deepEqual(await findPassphrase(root, { PULUMI_CONFIG_PASSPHRASE: "" }), { text: "" });
    const named = { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(root) };
    assert.deepEqual(await findPassphrase("/nowhere", named), { text: made.text });
  } finally {
    rmSync(root, { recursive: true });
  }
});

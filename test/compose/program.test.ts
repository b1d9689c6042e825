import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

test("the program of a folder shows its guests and keeps the key a secret", async () => {
  // The mocks answer without any input or output that Node would wait for.
  const alive = setInterval(() => {}, 1000);
  process.env.KVM_COMPOSE_FILE = new URL("../../examples/quickstart/kvm-compose.yaml", import.meta.url).pathname;
  process.env.QUICKSTART_IMAGE = new URL("../../package.json", import.meta.url).pathname;
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
  const { guests, connections, privateKey } = await import("../../compose/program.js");
  const shown = await new Promise<{ name: string }[]>((resolve) => void guests.apply(resolve));
  assert.deepEqual(
    shown.map(({ name }) => name),
    ["alice", "bob"],
  );
  assert.equal(await pulumi.isSecret(privateKey), true);
  assert.equal(await pulumi.isSecret(connections), true);
  clearInterval(alive);
});

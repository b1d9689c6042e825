import assert from "node:assert/strict";
import { test } from "node:test";
import { ipBatch, type Link, syncLink } from "../../../provider/bridge/links.js";
import type { Host, RunOptions } from "../../../provider/host/host.js";

const link: Link = {
  ...{ index: 2, name: "br0", kind: "bridge", alias: undefined, mtu: 1500, up: true, master: undefined },
  addresses: ["10.0.0.1/24", "10.0.0.2/24"],
};
const commands = (wanted: Parameters<typeof syncLink>[1]) => syncLink(link, wanted).map((words) => words.join(" "));

test("Nothing is done for what is as wanted, and nothing to what is not declared", () => {
  assert.deepEqual(commands({ addresses: ["10.0.0.2/24", "10.0.0.1/24"], mtu: 1500, up: true }), []);
  assert.deepEqual(commands({ addresses: undefined, mtu: undefined, up: true }), []);
});

test("With an address that goes, all others are put back: the kernel may take them along", () => {
  assert.deepEqual(commands({ addresses: ["10.0.0.2/24"], mtu: 9000, up: false }), [
    "link set dev br0 mtu 9000",
    "address del 10.0.0.1/24 dev br0",
    "address replace 10.0.0.2/24 dev br0",
    "link set dev br0 down",
  ]);
});

test("Addresses go in the reverse of the order in which they depend on each other", () => {
  assert.deepEqual(commands({ addresses: [], mtu: undefined, up: true }), [
    "address del 10.0.0.2/24 dev br0",
    "address del 10.0.0.1/24 dev br0",
  ]);
});

test("Words reach ip's batch mode whole, or are refused", async () => {
  let given = "";
  const host = {
    run: async (_command: unknown, { input }: RunOptions) => {
      given = String(input);
      return { stdout: "", stderr: "", exitCode: 0 };
    },
  } as unknown as Host;
  await ipBatch(host, [
    ["link", "set", "dev", "br0", "alias", "two words"],
    ["link", "show"],
  ]);
  assert.equal(given, 'link set dev br0 alias "two words"\nlink show\n');
  for (const hostile of ['a"b', "a\nb", "a\\b"]) await assert.rejects(ipBatch(host, [[hostile]]), TypeError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { type SeedContent, seedFiles } from "../../../provider/cloud-init/documents.js";

const nothing: SeedContent = {
  hostname: undefined,
  sshAuthorizedKeys: [],
  interfaces: [],
  userData: undefined,
  metaData: undefined,
  networkConfig: undefined,
  vendorData: undefined,
};
const texts = (content: Partial<SeedContent>) => {
  const { files, instanceId } = seedFiles({ ...nothing, ...content });
  return { instanceId, text: (name: string) => files[name]?.toString() ?? "", names: Object.keys(files).sort() };
};

/** What YAML 1.1 and 1.2 take for something else than text, or fold, or cut. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "no",
    "~",
    "1e3",
    "0o17",
    "12:30:45",
    "- a",
    "a: b",
    "#x",
    "'",
    '"',
    "|",
    ">",
    "%a",
    "@",
    "\ttab",
    "a\nb\n\n",
    " x ",
  ),
);

test("What an object holds is what a YAML reader finds", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z_]{1,10}$/), fc.oneof(hostile, fc.array(hostile))),
      (userData) => {
        const { text } = texts({ userData });
        assert.ok(text("user-data").startsWith("#cloud-config\n"));
        assert.deepEqual(parse(text("user-data")), parse(JSON.stringify(userData)));
      },
    ),
  );
});

test("Hostname and keys reach user-data and meta-data, and the user's own win", () => {
  const { text, names } = texts({
    hostname: "web",
    sshAuthorizedKeys: ["ssh-ed25519 A a"],
    userData: { hostname: "mine" },
  });
  assert.deepEqual(names, ["meta-data", "user-data"]);
  assert.equal(parse(text("user-data")).hostname, "mine");
  assert.deepEqual(parse(text("user-data")).ssh_authorized_keys, ["ssh-ed25519 A a"]);
  assert.equal(parse(text("meta-data"))["local-hostname"], "web");
});

test("Text is taken byte by byte", () => {
  assert.equal(texts({ userData: "#!/bin/sh\necho ü  \n" }).text("user-data"), "#!/bin/sh\necho ü  \n");
});

test("The instance-id follows every content, unless it is given", () => {
  const ids = [
    {},
    { hostname: "a" },
    { userData: "x" },
    { vendorData: "x" },
    { networkConfig: "x" },
    { metaData: { a: 1 } },
  ].map((content) => texts(content).instanceId);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(texts({ hostname: "a" }).instanceId, ids[1]);
  assert.equal(texts({ metaData: { "instance-id": "mine" } }).instanceId, "mine");
});

test("Interfaces are matched by their MAC address, with routes of their own family", () => {
  const common = { addresses: [], dhcp4: false, nameservers: [] };
  const { text } = texts({
    interfaces: [
      { ...common, name: "eth0", mac: "52:54:00:00:00:01", addresses: ["10.0.0.2/24"], gateway: "10.0.0.1", mtu: 1400 },
      { ...common, name: "eth1", mac: "52:54:00:00:00:02", dhcp4: true, gateway: "fd00::1" },
    ],
  });
  const { ethernets } = parse(text("network-config"));
  assert.deepEqual(ethernets.eth0.match, { macaddress: "52:54:00:00:00:01" });
  assert.deepEqual(ethernets.eth0.routes, [{ to: "0.0.0.0/0", via: "10.0.0.1" }]);
  assert.deepEqual(ethernets.eth1.routes, [{ to: "::/0", via: "fd00::1" }]);
  assert.equal(ethernets.eth1["dhcp-identifier"], "mac");
});

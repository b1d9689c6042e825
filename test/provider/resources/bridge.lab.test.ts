import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import type { Properties } from "../../../provider/handler.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { run, storedFiles, tryRun } from "../support.js";

interface Link {
  ifname: string;
  mtu: number;
  flags: string[];
  addr_info: { local: string; prefixlen: number; scope: string }[];
}

async function link(name: unknown): Promise<Link | undefined> {
  const text = await tryRun("ip", "-j", "address", "show", "dev", String(name));
  return text === undefined ? undefined : (JSON.parse(text) as Link[])[0];
}

async function addresses(name: unknown): Promise<string[]> {
  const found = (await link(name))?.addr_info ?? [];
  return found.filter(({ scope }) => scope === "global").map(({ local, prefixlen }) => `${local}/${prefixlen}`);
}

const linux = (more: Properties = {}) => ({ name: "br-thing", kind: "linux", addresses: ["10.9.0.1/24"], ...more });
const vswitch = (more: Properties = {}) => ({ ...linux({ kind: "openvswitch" }), ...more });

const common = {
  type: "Bridge",
  handler: handlers.Bridge,
  observe: async ({ name }: Properties) => {
    const found = await link(name);
    return found && { name: found.ifname, mtu: found.mtu, up: found.flags.includes("UP"), at: await addresses(name) };
  },
  fixed: () => ({ name: "br-fixed", addresses: [] }),
};

describe("Linux", () => {
  lifecycle({
    ...common,
    args: linux,
    leftovers: async () => {
      const links = JSON.parse(await run("ip", "-j", "link", "show", "type", "bridge")) as Partial<Link>[];
      const manifests = (await storedFiles("links")).map((file) => file.slice("links/".length, -".json".length));
      return [...new Set([...links.flatMap(({ ifname }) => ifname ?? []), ...manifests])];
    },
    updates: [
      {
        title: "an MTU, and an address in place of another of the same subnet",
        args: () => linux({ mtu: 1400, addresses: ["10.9.0.3/24", "10.9.0.2/24", "fd09::1/64"] }),
        changes: {
          mtu: "live",
          'addresses["10.9.0.1/24"]': "live",
          'addresses["10.9.0.3/24"]': "live",
          'addresses["10.9.0.2/24"]': "live",
          'addresses["fd09::1/64"]': "live",
        },
        verify: async ({ name }) => {
          assert.equal((await link(name))?.mtu, 1400);
          assert.deepEqual((await addresses(name)).sort(), ["10.9.0.2/24", "10.9.0.3/24", "fd09::1/64"]);
        },
      },
      {
        title: "dropping one of several addresses keeps the others",
        args: () => linux({ addresses: ["10.9.0.2/24"] }),
        changes: { 'addresses["fd09::1/64"]': "live", 'addresses["10.9.0.3/24"]': "live", mtu: "live" },
        verify: async ({ name }) => assert.deepEqual(await addresses(name), ["10.9.0.2/24"]),
      },
    ],
    drifts: [
      {
        title: "an address was taken away and another added",
        happen: async () => {
          await run("ip", "address", "flush", "dev", "br-thing");
          await run("ip", "address", "add", "10.8.0.1/24", "dev", "br-thing");
        },
        paths: ['addresses["10.8.0.1/24"]', 'addresses["10.9.0.1/24"]'],
        verify: async () => assert.deepEqual(await addresses("br-thing"), ["10.9.0.1/24"]),
      },
      {
        title: "the bridge was switched off",
        happen: async () => void (await run("ip", "link", "set", "br-thing", "down")),
        paths: ["up"],
      },
      {
        title: "the manifest was removed",
        happen: async () => void (await run("rm", "/var/lib/pulumi-kvm/links/br-thing.json")),
        paths: ["owner.urn"],
      },
    ],
    removeByHand: async () => void (await run("ip", "link", "del", "br-thing")),
    replacement: { args: () => linux({ name: "br-other" }), paths: ["name"] },
  });
});

describe("Open vSwitch", () => {
  lifecycle({
    ...common,
    args: vswitch,
    leftovers: async () => (await run("ovs-vsctl", "list-br")).split("\n").filter(Boolean),
    updates: [
      {
        title: "MTU, protocols and controller",
        args: () => vswitch({ mtu: 1400, protocols: ["OpenFlow13", "OpenFlow10"], controller: "tcp:127.0.0.1:6653" }),
        changes: { mtu: "live", protocols: "live", controller: "live" },
        verify: async () => {
          assert.equal((await link("br-thing"))?.mtu, 1400);
          assert.equal((await run("ovs-vsctl", "get-controller", "br-thing")).trim(), "tcp:127.0.0.1:6653");
        },
      },
      {
        title: "what is no longer declared is taken back",
        args: () => vswitch({ mtu: 1400 }),
        changes: { protocols: "live", controller: "live" },
        verify: async () => assert.equal((await run("ovs-vsctl", "get-controller", "br-thing")).trim(), ""),
      },
    ],
    drifts: [
      {
        title: "an address was taken away",
        happen: async () => void (await run("ip", "address", "flush", "dev", "br-thing")),
        paths: ['addresses["10.9.0.1/24"]'],
      },
      {
        title: "the mark was removed",
        happen: async () => void (await run("ovs-vsctl", "remove", "Bridge", "br-thing", "external_ids", "kvm-urn")),
        paths: ["owner.urn"],
      },
    ],
    removeByHand: async () => void (await run("ovs-vsctl", "del-br", "br-thing")),
    replacement: { args: () => vswitch({ name: "br-other" }), paths: ["name"] },
  });

  test("an owner full of quotes survives in the database", async () => {
    const bridge = new Subject(handlers.Bridge, "Bridge", `a"b\\c'd, e={f}`);
    await bridge.up(vswitch({ name: "br-quote", addresses: [] }));
    await bridge.refresh();
    assert.equal((bridge.outputs.owner as { urn: string }).urn, bridge.urn);
    await bridge.destroy();
  });
});

test("A change of kind replaces the bridge under its name", async () => {
  const bridge = new Subject(handlers.Bridge, "Bridge", "kind");
  await bridge.up(linux({ name: "br-kind" }));
  await bridge.up(vswitch({ name: "br-kind" }));
  assert.equal((await run("ovs-vsctl", "list-br")).trim(), "br-kind");
  await bridge.up(linux({ name: "br-kind" }));
  assert.equal((await run("ovs-vsctl", "list-br")).trim(), "");
  await bridge.destroy();
});

test("A link that nobody marked is refused and left as it is, of whatever kind", async () => {
  await run("ip", "link", "add", "br-alien", "type", "bridge");
  for (const kind of ["linux", "openvswitch"]) {
    const mine = new Subject(handlers.Bridge, "Bridge", "mine");
    await assert.rejects(
      mine.up({ name: "br-alien", kind, addresses: ["10.9.9.1/24"] }),
      /"br-alien" on host "local": it exists already and carries no owner mark/,
    );
    assert.equal(mine.id, undefined);
  }
  assert.deepEqual(await addresses("br-alien"), []);
  const adopted = new Subject(handlers.Bridge, "Bridge", "adopted");
  await adopted.up({ name: "br-alien", adopt: true });
  await adopted.destroy();
  assert.equal(await link("br-alien"), undefined);
});

test("Addresses are compared by what they mean", async () => {
  const bridge = new Subject(handlers.Bridge, "Bridge", "six");
  const args = { name: "br-six", addresses: ["FD09:0:0::0:1/64"] };
  await bridge.up(args);
  await bridge.refresh();
  assert.deepEqual(await bridge.preview(args), []);
  await bridge.destroy();
});

test("A bridge that could not be finished is kept in the state, and the next update finishes it", async () => {
  const bridge = new Subject(handlers.Bridge, "Bridge", "half");
  // The kernel refuses multicast addresses.
  const args = { name: "br-half", addresses: ["ff02::1/64"] };
  await assert.rejects(bridge.up(args), { name: "CreatedButBroken" });
  assert.equal(bridge.id, "br-half");
  await bridge.up({ name: "br-half", addresses: ["10.9.7.1/24"] });
  assert.deepEqual(await addresses("br-half"), ["10.9.7.1/24"]);
  await bridge.destroy();
  assert.equal(await link("br-half"), undefined);
});

test("An address in a subnet that another link has is refused, and no bridge is made", async () => {
  await run("ip", "link", "add", "taken", "type", "bridge");
  await run("ip", "address", "add", "10.99.7.1/24", "dev", "taken");
  const bridge = new Subject(handlers.Bridge, "Bridge", "second");
  await assert.rejects(
    bridge.up({ name: "second", addresses: ["10.99.7.200/25"] }),
    /^Error: Cannot give bridge "second" on host "local" the address 10\.99\.7\.200\/25: it overlaps 10\.99\.7\.1\/24 of link "taken"/,
  );
  assert.equal(await tryRun("ip", "link", "show", "second"), undefined);
  await run("ip", "link", "del", "taken");
});

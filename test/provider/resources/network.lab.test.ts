import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { type Properties, UNKNOWN } from "../../../provider/handler.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { run, storedFiles, tryRun, virsh } from "../support.js";

const A = { mac: "52:54:00:00:00:0a", address: "10.20.0.10", hostname: "a" };
const B = { mac: "52:54:00:00:00:0b", address: "10.20.0.11" };
const args = (more: Properties = {}) => ({
  name: "lab-net",
  bridge: "vbr-lab",
  subnet: "10.20.0.0/24",
  reservations: [A, B],
  ...more,
});

async function hosts(...options: string[]): Promise<string[]> {
  const xml = await virsh("net-dumpxml", "lab-net", ...options);
  return [...xml.matchAll(/<host mac='([^']+)'(?: name='([^']+)')? ip='([^']+)'/g)]
    .map((match) => [match[1], match[3], match[2] ?? "-"].join(" "))
    .sort();
}

const edit = async (change: (xml: string) => string) => {
  await writeFile("/root/net.xml", change(await virsh("net-dumpxml", "--inactive", "lab-net")));
  await virsh("net-define", "/root/net.xml");
};

lifecycle({
  type: "Network",
  handler: handlers.Network,
  args,
  observe: async ({ name }) =>
    (await tryRun("virsh", "-q", "net-info", String(name)))?.split("\n").filter((line) => !line.startsWith("UUID")),
  leftovers: async () => [
    ...(await virsh("net-list", "--all", "--name")).split("\n").filter(Boolean),
    ...(await storedFiles("work")),
  ],
  updates: [
    {
      title: "reservations change while the network runs",
      args: () =>
        args({
          reservations: [
            { ...A, address: "10.20.0.11" },
            { ...B, address: "10.20.0.10" },
          ],
        }),
      changes: {
        'reservations["52:54:00:00:00:0a"].address': "live",
        'reservations["52:54:00:00:00:0b"].address': "live",
      },
      verify: async () => {
        const wanted = [`${A.mac} 10.20.0.11 a`, `${B.mac} 10.20.0.10 -`];
        assert.deepEqual(await hosts(), wanted);
        assert.deepEqual(await hosts("--inactive"), wanted);
      },
    },
    {
      title: "another order of reservations is no change",
      args: () =>
        args({
          reservations: [
            { ...B, address: "10.20.0.10" },
            { ...A, address: "10.20.0.11" },
          ],
        }),
      changes: {},
    },
    {
      title: "off, and not with the host",
      args: () => args({ running: false, autostart: false }),
      changes: {
        'reservations["52:54:00:00:00:0a"].address': "live",
        'reservations["52:54:00:00:00:0b"].address': "live",
        running: "live",
        autostart: "live",
      },
    },
  ],
  drifts: [
    { title: "stopped", happen: async () => void (await virsh("net-destroy", "lab-net")), paths: ["running"] },
    {
      title: "a reservation was dropped from the running network only",
      happen: async () =>
        void (await virsh("net-update", "lab-net", "delete", "ip-dhcp-host", `<host mac='${A.mac}'/>`, "--live")),
      paths: ['reservations["52:54:00:00:00:0a"]'],
      verify: async () => assert.equal((await hosts()).length, 2),
    },
    {
      title: "a reservation was added to the stored definition only",
      happen: async () =>
        void (await virsh(
          ...["net-update", "lab-net", "add", "ip-dhcp-host"],
          ...["<host mac='52:54:00:00:00:0c' ip='10.20.0.12'/>", "--config"],
        )),
      paths: ['reservations["52:54:00:00:00:0c"]'],
      verify: async () => assert.deepEqual(await hosts("--inactive"), await hosts()),
    },
    {
      title: "the owner was removed from the definition",
      happen: () => edit((xml) => xml.replace(/<metadata>.*<\/metadata>/s, "")),
      paths: ["owner.urn"],
    },
  ],
  removeByHand: async () => {
    await virsh("net-destroy", "lab-net");
    await virsh("net-undefine", "lab-net");
  },
  replacement: { args: () => args({ subnet: "10.21.0.0/24", reservations: [] }), paths: ["subnet"] },
  fixed: () => ({ name: "fixed-net", bridge: "vbr-fixed", subnet: "10.22.0.0/24", reservations: [] }),
});

test("Each mode and size of network can be made, and leaves no difference", async () => {
  const cases = [
    { mode: "isolated" },
    { mode: "route", domain: "lab.test" },
    { mode: "nat", dhcp: false },
    { subnet: "10.30.7.9/16" },
    { subnet: "10.31.0.0/30" },
  ];
  for (const [index, more] of cases.entries()) {
    const network = new Subject(handlers.Network, "Network", `mode-${index}`);
    await network.up(more);
    assert.deepEqual(await network.preview(more), [], JSON.stringify(more));
    await network.refresh();
    assert.deepEqual(await network.preview(more), [], JSON.stringify(more));
    await network.destroy();
  }
});

test("A network is refused where the host has its subnet or its bridge already", async () => {
  const network = new Subject(handlers.Network, "Network", "collision");
  await run("ip", "link", "add", "br-there", "type", "bridge");
  await run("ip", "address", "add", "10.40.1.1/24", "dev", "br-there");
  await assert.rejects(
    network.up({ subnet: "10.40.0.0/16" }),
    /^Error: Cannot create network "lab-dev-collision" on host "local": its subnet 10.40.0.0\/16 overlaps 10.40.1.1\/24 of link "br-there"; declare another subnet$/,
  );
  await assert.rejects(
    network.up({ bridge: "br-there" }),
    /there is a link "br-there" already; declare another bridge/,
  );
  assert.equal(network.id, undefined);
  assert.equal((await virsh("net-list", "--all", "--name")).trim(), "");
});

test("Reservations are refused outside of the subnet and without DHCP", async () => {
  const network = new Subject(handlers.Network, "Network", "refused");
  await assert.rejects(
    network.up({ subnet: "10.41.0.0/24", reservations: [A] }),
    /^TypeError: reservations\[0\].address: must be an address of 10.41.0.0\/24$/,
  );
  await assert.rejects(network.up({ dhcp: false, reservations: [A] }), /reservations: need dhcp/);
  await assert.rejects(network.up({ subnet: "10.41.0.0/31" }), /subnet: must have a prefix length from 16 to 30/);
});

test("A network that nobody marked is refused and left as it is", async () => {
  await writeFile("/root/theirs.xml", "<network><name>theirs</name><ip address='10.50.0.1' prefix='24'/></network>");
  await virsh("net-define", "/root/theirs.xml");
  const before = await virsh("net-dumpxml", "theirs");
  const network = new Subject(handlers.Network, "Network", "mine");
  await assert.rejects(network.up({ name: "theirs" }), /it exists already and carries no owner mark/);
  assert.equal(network.id, undefined);
  assert.equal(await virsh("net-dumpxml", "theirs"), before);
  await virsh("net-undefine", "theirs");
});

test("The bridge stays unknown while the name is", async () => {
  const network = new Subject(handlers.Network, "Network", "unknown");
  assert.equal((await network.check({ name: UNKNOWN })).bridge, UNKNOWN);
});

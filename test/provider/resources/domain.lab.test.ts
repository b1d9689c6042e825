import assert from "node:assert/strict";
import { access, writeFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { type Properties, UNKNOWN } from "../../../provider/handler.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { makeImage, run, storedFiles, tryRun, virsh } from "../support.js";

// Without a guest system these machines sit in their firmware: cheap, but deaf to ACPI and to unplugging.
const NAME = "lab-vm";
const DISK = "/var/lib/libvirt/images/root.qcow2";
const DATA = "/var/lib/libvirt/images/data.qcow2";
const disk = (name: string, path: string, more: Properties = {}) => ({
  name,
  source: { path, format: "qcow2", backing: [] },
  ...more,
});
const nic = (name: string, bridge: string, more: Properties = {}) => ({
  name,
  bridge: { name: bridge, kind: "linux" },
  // Declared: a derived one follows the resource's name, and these guests never let go of a device.
  mac: `52:54:00:00:00:0${name.slice(3)}`,
  ...more,
});
const args = (more: Properties = {}) => ({
  name: NAME,
  memory: 32,
  disks: [disk("root", DISK)],
  interfaces: [nic("eth0", "br-one")],
  shutdownGrace: 0,
  ...more,
});

async function edit(change: (xml: string) => string): Promise<void> {
  await writeFile("/root/domain.xml", change(await virsh("dumpxml", "--inactive", "--security-info", NAME)));
  await virsh("define", "/root/domain.xml");
}

const field = async (name: string) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(await virsh("dominfo", NAME))?.[1];
const processId = async () => (await run("cat", `/run/libvirt/qemu/${NAME}.pid`)).trim();
const xmlOf = (...options: string[]) => virsh("dumpxml", ...options, NAME);

before(async () => {
  await makeImage(DISK);
  await makeImage(DATA);
  for (const name of ["br-one", "br-two"]) {
    await run("ip", "link", "add", name, "type", "bridge", "forward_delay", "0");
    await run("ip", "link", "set", name, "up");
  }
});

lifecycle({
  type: "Domain",
  handler: handlers.Domain,
  args,
  observe: async ({ name }) =>
    (await tryRun("virsh", "-q", "dominfo", String(name)))
      ?.split("\n")
      .filter((line) => !/^(Id|UUID|CPU time):/.test(line)),
  leftovers: async () => [
    ...(await virsh("list", "--all", "--name")).split("\n").filter(Boolean),
    ...(await storedFiles("work")),
  ],
  updates: [
    {
      title: "memory and processors restart the guest",
      args: () => args({ memory: 48, vcpus: 2 }),
      changes: { memory: "restart", vcpus: "restart" },
      verify: async () => {
        assert.equal(await field("Max memory"), "49152 KiB");
        assert.equal(await field("CPU\\(s\\)"), "2");
      },
    },
    {
      title: "a description with blanks and signs, live",
      args: () => args({ memory: 48, vcpus: 2, description: ` <&"'> two\n lines ` }),
      changes: { description: "live" },
    },
    {
      title: "a second disk restarts the guest",
      args: () => args({ disks: [disk("root", DISK), disk("data", DATA, { bus: "sata" })] }),
      changes: { memory: "restart", vcpus: "restart", description: "live", 'disks["data"]': "restart" },
    },
    {
      title: "another disk to boot from",
      args: () => args({ disks: [disk("data", DATA, { bus: "sata" }), disk("root", DISK)] }),
      changes: { "disks[0].name": "restart" },
      verify: async () => assert.match(await xmlOf(), /data\.qcow2(?:(?!<\/disk>).)*<boot order='1'/s),
    },
    {
      title: "another bus for a disk",
      args: () => args({ disks: [disk("data", DATA, { bus: "virtio" }), disk("root", DISK, { bus: "scsi" })] }),
      changes: { 'disks["data"].bus': "restart", 'disks["root"].bus': "restart" },
    },
    {
      title: "a read-only disk only",
      args: () => args({ disks: [disk("root", DISK, { readonly: true })] }),
      changes: { 'disks["data"]': "restart", 'disks["root"].bus': "restart", 'disks["root"].readonly': "restart" },
    },
    {
      title: "another machine",
      args: () => args({ machine: "pc", disks: [disk("root", DISK, { bus: "ide" })] }),
      changes: { machine: "restart", 'disks["root"].bus': "restart", 'disks["root"].readonly': "restart" },
    },
    {
      title: "off, and everything is live",
      args: () => args({ running: false, memory: 64 }),
      changes: { running: "live", machine: "restart", memory: "restart", 'disks["root"].bus': "restart" },
      verify: async () => assert.equal(await field("State"), "shut off"),
    },
    {
      title: "interfaces of another kind and number while it is off",
      args: () =>
        args({ running: false, interfaces: [nic("eth1", "br-two", { model: "e1000" }), nic("eth0", "br-one")] }),
      changes: { memory: "live", 'interfaces["eth1"]': "live" },
    },
  ],
  drifts: [
    {
      title: "powered off",
      happen: async () => void (await virsh("destroy", NAME)),
      paths: ["running"],
      verify: async () => assert.equal(await field("State"), "running"),
    },
    {
      title: "paused",
      happen: async () => void (await virsh("suspend", NAME)),
      paths: ["running"],
      verify: async () => assert.equal(await field("State"), "running"),
    },
    {
      title: "memory changed for the next start",
      happen: () => edit((xml) => xml.replaceAll(">32768<", ">65536<")),
      paths: ["memory"],
    },
    {
      title: "a disk was added, live only",
      happen: async () => void (await virsh("attach-disk", NAME, DATA, "vdb", "--subdriver", "qcow2", "--live")),
      paths: ['disks["vdb"]'],
    },
    {
      title: "a disk was added to the definition only",
      happen: async () => void (await virsh("attach-disk", NAME, DATA, "vdb", "--subdriver", "qcow2", "--config")),
      paths: ['disks["vdb"]'],
    },
    {
      title: "the bridge was made anew under the running guest",
      happen: async () => {
        await run("ip", "link", "del", "br-one");
        await run("ip", "link", "add", "br-one", "type", "bridge");
        await run("ip", "link", "set", "br-one", "up");
      },
      paths: ['interfaces["eth0"].bridge.incarnation'],
      verify: async () => assert.match(await run("ip", "link", "show", "master", "br-one"), /vnet\d+/),
    },
    {
      title: "its definition was taken away while it runs",
      happen: async () => void (await virsh("undefine", NAME)),
      paths: ["owner.urn"],
      verify: async () => assert.equal(await field("Persistent"), "yes"),
    },
    {
      title: "the owner was removed from the definition",
      happen: () => edit((xml) => xml.replace(/<metadata>.*<\/metadata>/s, "")),
      paths: ["owner.urn"],
    },
    {
      title: "an earlier update had been interrupted between definition and restart",
      happen: async () => {
        await edit((xml) => xml.replaceAll(">32768<", ">40960<"));
        await virsh("destroy", NAME);
        await virsh("start", NAME);
        await edit((xml) => xml.replaceAll(">40960<", ">32768<"));
      },
      paths: ["memory"],
      verify: async () => assert.equal(await field("Max memory"), "32768 KiB"),
    },
    {
      title: "autostart was switched on",
      happen: async () => void (await virsh("autostart", NAME)),
      paths: ["autostart"],
    },
  ],
  removeByHand: async () => {
    await virsh("destroy", NAME);
    await virsh("undefine", NAME);
  },
  replacement: { args: () => args({ name: "lab-other" }), paths: ["name"] },
  fixed: () => ({ name: "fixed-vm", disks: [], interfaces: [], running: false }),
});

test("Consoles go with their domains", async () => assert.deepEqual(await storedFiles("consoles"), []));

describe("A running guest", () => {
  const domain = new Subject(handlers.Domain, "Domain", "running");
  let started = "";

  before(async () => {
    await domain.up(args());
    started = await processId();
  });

  test("moves to another bridge without a restart", async () => {
    await domain.up(args({ interfaces: [nic("eth0", "br-two")] }));
    assert.match(await run("ip", "link", "show", "master", "br-two"), /vnet\d+/);
    assert.equal(await processId(), started);
    await domain.refresh();
    assert.deepEqual(await domain.preview(args({ interfaces: [nic("eth0", "br-two")] })), []);
  });

  test("gets further interfaces without a restart, which keep their places at the next one", async () => {
    const wanted = args({ interfaces: ["eth0", "eth1", "eth2", "eth3", "eth4"].map((name) => nic(name, "br-one")) });
    await domain.up(wanted);
    assert.equal(await processId(), started);
    await domain.refresh();
    assert.deepEqual(await domain.preview(wanted), []);
    const slots = (xml: string) =>
      [...xml.matchAll(/ua-net-(\w+).*?<address type='pci'[^>]*bus='(\w+)' slot='(\w+)'/gs)].map((match) =>
        match.slice(1).join(" "),
      );
    assert.equal(slots(await xmlOf()).length, 5);
    assert.deepEqual(slots(await xmlOf("--inactive")), slots(await xmlOf()));
  });

  test("keeps devices that somebody added and that nobody declares", async () => {
    await edit((xml) => xml.replace("</devices>", "<graphics type='vnc' port='-1'/><sound model='ich9'/></devices>"));
    await domain.refresh();
    const wanted = args({ description: "x", interfaces: [nic("eth0", "br-one")], running: false });
    await domain.up(wanted);
    const stored = await xmlOf("--inactive");
    assert.match(stored, /<graphics type='vnc'/);
    assert.match(stored, /<sound model='ich9'/);
    await domain.up({ ...wanted, machine: "pc" });
    assert.match(await xmlOf("--inactive"), /<graphics type='vnc'/);
    await domain.up({ ...args(), machine: "pc" });
    assert.equal(await field("State"), "running");
  });

  test("is not restarted by an update that was shown as live", async () => {
    await domain.up(args());
    const before = await processId();
    await domain.refresh();
    const shown = await domain.up(args({ description: "quiet", autostart: true }));
    assert.deepEqual(
      shown.map(({ impact }) => impact),
      ["live", "live"],
    );
    assert.equal(await processId(), before);
  });

  test("grows its disk while it runs", async () => {
    const image = { path: DATA, format: "qcow2", backing: [] };
    const clone = new Subject(handlers.Clone, "Clone", "live");
    await clone.up({ image });
    const source = { path: clone.outputs.path, format: "qcow2", backing: [{ path: DATA, format: "qcow2" }] };
    await domain.up(args({ disks: [{ name: "root", source }] }));
    const before = await processId();
    await clone.up({ image, size: 0.5 });
    assert.equal(clone.outputs.virtualSize, 512 * 1024 ** 2);
    assert.match(await virsh("domblkinfo", NAME, "vda"), /Capacity:\s+536870912/);
    assert.equal(await processId(), before);
    await domain.destroy();
    await clone.destroy();
  });
});

test("A whole document declares a domain, shows what was changed in it, and is switched on and off", async () => {
  const xml = (memory: string) => `<domain type='qemu'>
    <memory${memory}</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices>
      <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${DISK}'/><target dev='vda' bus='virtio'/></disk>
      <interface type='bridge'><mac address='52:54:00:AB:CD:EF'/><source bridge='br-one'/></interface>
      <interface type='bridge'><source bridge='br-one'/></interface>
    </devices>
  </domain>`;
  const domain = new Subject(handlers.Domain, "Domain", "xml");
  const wanted = (memory = " unit='M'>32", more: Properties = {}) => ({
    ...{ name: NAME, xml: xml(memory), shutdownGrace: 0 },
    ...more,
  });
  await domain.up(wanted());
  for (const same of [" unit='M'>32", ">32768", " unit='KiB'>32768"]) {
    const twin = new Subject(handlers.Domain, "Domain", "xml");
    await twin.up(wanted(same));
    await twin.refresh();
    assert.deepEqual(await twin.preview(wanted(same)), [], same);
  }
  await domain.refresh();
  await domain.up(wanted(undefined, { running: false }));
  assert.equal(await field("State"), "shut off");
  await edit((text) => text.replace(/<interface(?:(?!<\/interface>).)*<\/interface>/s, ""));
  await domain.refresh();
  assert.deepEqual(
    (await domain.preview(wanted()))?.map(({ path }) => path),
    ["running", "xml"],
  );
  await domain.up(wanted());
  await domain.refresh();
  assert.deepEqual(await domain.preview(wanted()), []);
  await domain.up(wanted(" unit='M'>48"));
  assert.equal(await field("Max memory"), "49152 KiB");
  await domain.destroy();
  assert.equal(await tryRun("virsh", "dominfo", NAME), undefined);
});

test("A domain that cannot start is kept in the state with what libvirt said, and the next update repairs it", async () => {
  const domain = new Subject(handlers.Domain, "Domain", "broken");
  await assert.rejects(domain.up(args({ interfaces: [nic("eth0", "br-none")] })), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "CreatedButBroken");
    assert.match(error.message, /br-none/);
    return true;
  });
  assert.equal(domain.outputs.name, NAME);
  await domain.up(args());
  assert.equal(await field("State"), "running");
  await domain.destroy();
});

test("A domain that nobody marked is refused and left as it is", async () => {
  await writeFile(
    "/root/theirs.xml",
    `<domain type='qemu'><name>${NAME}</name><memory>32768</memory><os><type>hvm</type></os></domain>`,
  );
  await virsh("define", "/root/theirs.xml");
  const before = await xmlOf();
  const domain = new Subject(handlers.Domain, "Domain", "mine");
  await assert.rejects(domain.up(args()), /it exists already and carries no owner mark/);
  assert.equal(domain.id, undefined);
  assert.equal(await xmlOf(), before);
  await domain.up(args({ adopt: true }));
  await domain.refresh();
  assert.deepEqual(await domain.preview(args()), []);
  await domain.destroy();
});

test("Another seed image for the same instance waits for the next start, a new instance restarts the guest", async () => {
  const [one, two] = ["/var/lib/libvirt/images/seed-one.iso", "/var/lib/libvirt/images/seed-two.iso"];
  for (const path of [one, two]) await writeFile(path, Buffer.alloc(4096));
  const domain = new Subject(handlers.Domain, "Domain", "seeded");
  const seeded = (path: string, instanceId: string) => args({ seed: { path, instanceId } });
  await domain.up(seeded(one, "i-1"));
  const first = await processId();

  const changes = await domain.up(seeded(two, "i-1"));
  assert.deepEqual(
    changes?.map(({ path, impact }) => [path, impact]),
    [["seed.path", "live"]],
  );
  assert.equal(await processId(), first, "the guest was not restarted");
  assert.match(await xmlOf("--inactive"), /seed-two/);
  await domain.refresh();
  assert.deepEqual(await domain.preview(seeded(two, "i-1")), [], "what still runs is no drift");

  const renewed = await domain.up(seeded(two, "i-2"));
  assert.deepEqual(
    renewed?.map(({ path, impact }) => [path, impact]),
    [["seed.instanceId", "restart"]],
  );
  assert.notEqual(await processId(), first);
  assert.match(await xmlOf(), /seed-two/);
  await domain.destroy();
});

test("Nothing but live changes is shown for what is not known yet", async () => {
  const domain = new Subject(handlers.Domain, "Domain", "unknown");
  await domain.up(args({ running: false }));
  const changes = await domain.preview(
    args({
      running: false,
      seed: UNKNOWN,
      disks: [{ name: "root", source: UNKNOWN }],
      interfaces: [nic("eth0", UNKNOWN)],
    }),
  );
  assert.ok(changes?.every(({ impact }) => impact === "live"));
  assert.deepEqual(changes?.map(({ path }) => path).sort(), [
    'disks["root"].source',
    'interfaces["eth0"].bridge.name',
    "seed",
  ]);
  await domain.destroy();
});

test("Names are derived, kept when the resource is renamed, and cut where they are too long", async () => {
  const domain = new Subject(handlers.Domain, "Domain", "a".repeat(150));
  const wanted = args({ name: undefined, disks: [], interfaces: [] });
  await domain.up(wanted);
  const { name, uuid } = domain.outputs;
  assert.match(String(name), /^lab-dev-a{79}-[0-9a-f]{12}$/);
  domain.name = "short";
  await domain.up(wanted);
  assert.deepEqual([domain.outputs.name, domain.outputs.uuid], [name, uuid]);
  await domain.destroy();
  await assert.rejects(access(String(domain.outputs.console)));
});

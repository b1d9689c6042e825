import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import * as handlers from "../../provider/dynamic.js";
import type { Properties } from "../../provider/handler.js";
import { Subject } from "../contract/subject.js";
import { testImage } from "../lab/image.js";
import { run, tryRun, virsh } from "./support.js";

const image = testImage();
const ADDRESS = "10.60.0.10";
const MAC = "52:54:00:60:00:10";
const NAME = "lab-dev-guest";
const ovs = (name: string, more: Properties = {}) => ({ name, kind: "openvswitch", ...more });

/** A real guest, from declaring it to its file system after the end. */
describe("A guest", { skip: image.available ? false : image.reason }, () => {
  const key = new Subject(handlers.KeyPair, "KeyPair", "key");
  const base = new Subject(handlers.Image, "Image", "base");
  const disk = new Subject(handlers.Clone, "Clone", "guest");
  const seed = new Subject(handlers.Seed, "Seed", "guest");
  const [one, two] = ["one", "two"].map((name) => new Subject(handlers.Bridge, "Bridge", name)) as [Subject, Subject];
  const guest = new Subject(handlers.Domain, "Domain", "guest");
  const bridgeOne = { name: "vs-one", kind: "openvswitch", addresses: ["10.60.0.1/24"] };
  const bridgeTwo = { name: "vs-two", kind: "openvswitch" };

  const declared = (more: Properties = {}) => ({
    memory: 160,
    disks: [
      {
        name: "root",
        source: { path: disk.outputs.path, format: "qcow2", backing: [{ path: base.outputs.path, format: "qcow2" }] },
      },
    ],
    seed: { path: seed.outputs.path, instanceId: seed.outputs.instanceId },
    interfaces: [
      { name: "eth0", mac: MAC, address: ADDRESS, bridge: ovs("vs-one", { incarnation: one.outputs.incarnation }) },
    ],
    waitFor: { until: "cloud-init", limit: 60 },
    login: { user: "root", privateKey: key.outputs.privateKey },
    ...more,
  });
  const processId = async () => (await run("cat", `/run/libvirt/qemu/${NAME}.pid`)).trim();
  const answers = async () => (await tryRun("ping", "-c", "1", "-W", "3", ADDRESS)) !== undefined;

  before(async () => {
    if (!image.available) return;
    await Promise.all([key.up({}), base.up({ source: image.path }), one.up(bridgeOne), two.up(bridgeTwo)]);
    await disk.up({ image: { path: base.outputs.path, format: "qcow2", backing: [] } });
    await seed.up({
      hostname: "guest",
      sshAuthorizedKeys: [key.outputs.publicKey],
      interfaces: [{ name: "eth0", mac: MAC, addresses: [`${ADDRESS}/24`] }],
    });
  });
  after(() => Promise.all([guest, two, one].map((subject) => subject.destroy())));

  test("that does not come far enough in time is kept in the state, told by what was seen, and repaired", async () => {
    const early = declared({ waitFor: { until: "ssh", limit: 0.3 } });
    await assert.rejects(guest.up(early), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "CreatedButBroken");
      assert.match(
        error.message,
        /^Domain "lab-dev-guest" on host "local" has not reached "ssh" within 0.3 s: its state is "running", last seen: 10.60.0.10: .*, interfaces: 52:54:00:60:00:10; .*console/,
      );
      assert.ok(!JSON.stringify([error.message, error]).includes("PRIVATE KEY"));
      return true;
    });
    assert.equal(guest.outputs.ready, false);
    const before = await processId();
    await guest.up(declared());
    assert.equal(guest.outputs.ready, true);
    assert.equal(await processId(), before);
    assert.match(String(guest.outputs.hostKey), /^ssh-ed25519 AAAA/);
    assert.equal((guest.outputs.connection as { host: string }).host, ADDRESS);
  });

  test("shows no difference once it runs", async () => {
    assert.deepEqual(await guest.preview(declared()), []);
    await guest.refresh();
    assert.deepEqual(await guest.preview(declared()), []);
  });

  test("moves between bridges while it stays up", async () => {
    const before = await processId();
    const elsewhere = declared({
      interfaces: [{ name: "eth0", mac: MAC, address: ADDRESS, bridge: ovs("vs-two") }],
    });
    const shown = await guest.up(elsewhere);
    assert.ok(shown.every(({ impact }) => impact === "live"));
    assert.equal(await answers(), false, "nobody is on the other bridge");
    await guest.up(declared());
    assert.ok(await answers());
    assert.equal(await processId(), before);
  });

  test("is plugged in again, without a restart, when its bridge was made anew under it", async () => {
    const before = await processId();
    await run("ovs-vsctl", "del-br", "vs-one");
    assert.equal(await one.refresh(), false);
    await guest.refresh();
    await one.up(bridgeOne);
    const shown = await guest.up(declared());
    assert.deepEqual(
      shown.map(({ path, impact }) => [path, impact]),
      [['interfaces["eth0"].bridge.incarnation', "live"]],
    );
    assert.ok(await answers());
    assert.equal(await processId(), before);
  });

  test("lets go of an interface and gets it back", async () => {
    const more = declared({
      interfaces: [
        ...(declared().interfaces as Properties[]),
        { name: "eth1", mac: "52:54:00:60:00:11", address: "10.60.1.1", bridge: ovs("vs-two") },
      ],
    });
    for (const wanted of [more, declared()]) {
      await guest.up(wanted);
      await guest.refresh();
      assert.deepEqual(await guest.preview(wanted), []);
    }
    assert.ok(await answers());
  });

  test("ends by itself and leaves a clean file system", async () => {
    const before = guest.said.length;
    await guest.up(declared({ running: false }));
    assert.ok(!guest.said.slice(before).some((line) => line.startsWith("power off")), guest.said.join("; "));
    const raw = "/var/lib/libvirt/images/check.img";
    await run("qemu-img", "convert", "-O", "raw", String(disk.outputs.path), raw);
    // The second entry of the partition table.
    const start = (await readFile(raw)).readUInt32LE(446 + 16 + 8);
    await run("dd", `if=${raw}`, "of=/var/lib/libvirt/images/root.img", "bs=512", `skip=${start}`, "status=none");
    const header = await run("dumpe2fs", "-h", "/var/lib/libvirt/images/root.img");
    assert.match(header, /Filesystem state:\s+clean\n/);
    assert.doesNotMatch(header, /needs_recovery/);
  });

  test("leaves nothing but the image when all is deleted", async () => {
    for (const subject of [guest, seed, disk, two, one, base, key]) await subject.destroy();
    assert.equal((await virsh("list", "--all", "--name")).trim(), "");
    assert.equal((await run("ovs-vsctl", "list-br")).trim(), "");
  });
});

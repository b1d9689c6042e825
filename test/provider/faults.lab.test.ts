import assert from "node:assert/strict";
import { chmod, mkdir } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as handlers from "../../provider/dynamic.js";
import type { Properties } from "../../provider/handler.js";
import { closeHosts } from "../../provider/host/connections.js";
import { Subject } from "../contract/subject.js";
import { currentHost } from "../lab/current.js";
import { makeImage, run, tryRun } from "./support.js";

const BASE = "/var/lib/libvirt/images/base.qcow2";
const image = { path: BASE, format: "qcow2" };

before(async () => void (await makeImage(BASE)));

describe("While libvirt is down", () => {
  const domain = new Subject(handlers.Domain, "Domain", "down");
  const network = new Subject(handlers.Network, "Network", "down");
  const args = { memory: 32, running: false };

  test("nothing counts as gone, and the error says what to start", async () => {
    await domain.up(args);
    await network.up({ running: false });
    await currentHost().stopLibvirt();
    const wanted = /^CommandError: Cannot talk to libvirt at qemu:\/\/\/system: .* on host "local": .*; start libvirtd/;
    for (const subject of [domain, network]) {
      await assert.rejects(subject.refresh(), wanted);
      assert.notEqual(subject.id, undefined);
      await assert.rejects(subject.copy().destroy(), wanted);
    }
    await assert.rejects(new Subject(handlers.Domain, "Domain", "new").up(args), wanted);
  });

  test("sessions that had lost it work again after its restart", async () => {
    await currentHost().startLibvirt();
    assert.ok(await domain.refresh());
    await currentHost().stopLibvirt();
    await currentHost().startLibvirt();
    // All sessions of the pool have to notice.
    await Promise.all(Array.from({ length: 8 }, () => domain.refresh()));
    await domain.destroy();
    await network.destroy();
    assert.equal(await tryRun("virsh", "dominfo", "lab-dev-down"), undefined);
  });
});

describe("While Open vSwitch is down", () => {
  const daemons = new URL("../lab/daemons.sh", import.meta.url).pathname;

  test("bridges do not count as gone, and the error says what to start", async () => {
    const bridge = new Subject(handlers.Bridge, "Bridge", "down");
    const args = { name: "br-down", kind: "openvswitch" };
    await bridge.up(args);
    await run(daemons, "stop", "openvswitch");
    const wanted = /^Error: Cannot (talk to|use) Open vSwitch on host "local": .*; start/;
    await assert.rejects(bridge.refresh(), wanted);
    await assert.rejects(new Subject(handlers.Bridge, "Bridge", "new").up({ ...args, name: "br-new" }), wanted);
    await run(daemons, "start", "openvswitch");
    assert.ok(await bridge.refresh());
    await bridge.destroy();
  });

  test("neither while only the switch itself is", async () => {
    const bridge = new Subject(handlers.Bridge, "Bridge", "half");
    const args = { name: "br-half", kind: "openvswitch" };
    await bridge.up(args);
    await run("ovs-appctl", "-t", "ovs-vswitchd", "exit", "--cleanup");
    await run("sh", "-c", "for _ in $(seq 60); do ip link show br-half || break; sleep 0.05; done >/dev/null 2>&1");
    const wanted =
      /^Error: Cannot use Open vSwitch on host "local": ovs-vswitchd does not answer .*; start openvswitch-switch$/;
    await assert.rejects(bridge.refresh(), wanted);
    const begin = performance.now();
    await assert.rejects(new Subject(handlers.Bridge, "Bridge", "new").up({ ...args, name: "br-new" }), wanted);
    assert.ok(performance.now() - begin < 5000, "it must not wait for the switch");
    await run(daemons, "stop", "openvswitch");
    await run(daemons, "start", "openvswitch");
    await bridge.destroy();
  });
});

describe("On a full disk", () => {
  const host = { name: "full", store: "/run/small" };

  before(async () => {
    await mkdir(host.store, { recursive: true });
    await run("mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", host.store);
    await run("sh", "-c", `head -c 600k /dev/zero >${host.store}/ballast; true`);
  });

  const refused = (title: string, make: () => Subject, args: Properties, message: RegExp) =>
    test(`${title} is refused with what to do, and leaves nothing half made`, async () => {
      const subject = make();
      await assert.rejects(subject.up({ host, ...args }), message);
      assert.equal(subject.id, undefined);
      const files = await run(
        "find",
        host.store,
        "-type",
        "f",
        "-not",
        "-name",
        "ballast",
        "-not",
        "-path",
        "*/locks/*",
      );
      assert.equal(files, "");
    });

  refused(
    "an image",
    () => new Subject(handlers.Image, "Image", "full"),
    { source: BASE },
    /^Error: Cannot store image .* of 1 MiB in \/run\/small on host "full": the disk is full; free some space or/,
  );
  refused("a disk", () => new Subject(handlers.Clone, "Clone", "full"), { image }, /No space left on device/);
  refused(
    "a seed",
    () => new Subject(handlers.Seed, "Seed", "full"),
    { hostname: "x" },
    /^Error: Cannot write \/run\/small\/seeds\/.* on host "full": the disk is full; free some space or/,
  );
});

test("Without qemu-img a disk is refused by the program's name", async () => {
  const path = process.env.PATH;
  process.env.PATH = "/nowhere";
  closeHosts();
  try {
    const clone = new Subject(handlers.Clone, "Clone", "tool");
    await assert.rejects(clone.up({ image }), /^CommandError: Could not be started \(ENOENT\): qemu-img create/);
    assert.equal(clone.id, undefined);
  } finally {
    process.env.PATH = path;
  }
});

test("Without permission on libvirt's socket the error says who may", async () => {
  await chmod("/run/libvirt/libvirt-sock", 0o700);
  // Privileges go after loading: the checkout may lie where only root can read.
  const script = `
    const { localHost } = await import("${new URL("../../provider/host/local.ts", import.meta.url).pathname}");
    const { virsh } = await import("${new URL("../../provider/libvirt/virsh.ts", import.meta.url).pathname}");
    process.chdir("/");
    process.setgroups([]);
    process.setgid(65534);
    process.setuid(65534);
    const host = localHost({ kind: "local", name: "local", store: "/tmp/x", uri: "qemu:///system" });
    await virsh(host).run("list").catch((error) => console.log(error.message));
    host.close();`;
  const said = await run(process.execPath, "--import", "tsx", "--input-type=module", "-e", script);
  assert.match(
    said,
    /Cannot talk to libvirt .*[Pp]ermission denied.*; run as root or as a member of the group libvirt/,
  );
});

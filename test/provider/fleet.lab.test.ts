import assert from "node:assert/strict";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { before, test } from "node:test";
import * as handlers from "../../provider/dynamic.js";
import { Subject } from "../contract/subject.js";
import { makeImage, run, storedFiles, virsh } from "./support.js";

const GUESTS = 25;
const BASE = "/var/lib/libvirt/images/base.qcow2";
const TOOLS = ["ip", "ovs-vsctl", "virsh", "qemu-img", "flock"];
const COUNTS = "/root/counts";

/** Puts wrappers before the tools that count how often each is started. */
async function countProcesses(): Promise<void> {
  await mkdir("/root/bin", { recursive: true });
  for (const tool of TOOLS) {
    const real = (await run("sh", "-c", `command -v ${tool}`)).trim();
    await writeFile(`/root/bin/${tool}`, `#!/bin/sh\necho ${tool} >>${COUNTS}\nexec ${real} "$@"\n`);
    await chmod(`/root/bin/${tool}`, 0o755);
  }
  process.env.PATH = `/root/bin:${process.env.PATH}`;
  await writeFile(COUNTS, "");
}

async function counts(): Promise<Record<string, number>> {
  const lines = (await run("cat", COUNTS)).split("\n").filter(Boolean);
  await rename(COUNTS, `${COUNTS}.old`);
  await writeFile(COUNTS, "");
  return Object.fromEntries(TOOLS.map((tool) => [tool, lines.filter((line) => line === tool).length]));
}

before(async () => {
  await makeImage(BASE);
  await countProcesses();
});

test(`${GUESTS} guests with disks and seeds are made, read and deleted at once`, async (context) => {
  const bridge = new Subject(handlers.Bridge, "Bridge", "lab");
  const wire = { name: "br-fleet", kind: "openvswitch", addresses: ["10.70.0.1/24"] };
  await bridge.up(wire);
  const fleet = Array.from({ length: GUESTS }, (_, index) => {
    const name = `guest-${index}`;
    return {
      disk: new Subject(handlers.Clone, "Clone", name),
      seed: new Subject(handlers.Seed, "Seed", name),
      domain: new Subject(handlers.Domain, "Domain", name),
    };
  });
  const image = { path: BASE, format: "qcow2" };
  const declared = ({ disk, seed }: (typeof fleet)[number]) => ({
    memory: 32,
    disks: [{ name: "root", source: { path: disk.outputs.path, format: "qcow2", backing: [image] } }],
    seed: { path: seed.outputs.path, instanceId: seed.outputs.instanceId },
    interfaces: [
      { name: "eth0", bridge: { name: "br-fleet", kind: "openvswitch", incarnation: bridge.outputs.incarnation } },
    ],
    shutdownGrace: 0,
  });
  const timed = async (what: string, work: () => Promise<unknown>) => {
    const begin = performance.now();
    await work();
    const ms = Math.round(performance.now() - begin);
    const used = await counts();
    context.diagnostic(`${what}: ${ms} ms, processes: ${JSON.stringify(used)}`);
    return { ms, used };
  };

  await timed("create", () =>
    Promise.all(
      fleet.map(async (guest) => {
        const hostname = guest.domain.name;
        await Promise.all([guest.disk.up({ image }), guest.seed.up({ hostname })]);
        await guest.domain.up(declared(guest));
      }),
    ),
  );
  assert.equal((await virsh("list", "--name")).split("\n").filter(Boolean).length, GUESTS);

  const everything = [bridge, ...fleet.flatMap(({ disk, seed, domain }) => [disk, seed, domain])];
  await counts();
  const { ms, used } = await timed("read", () => Promise.all(everything.map((subject) => subject.refresh())));
  assert.ok((used.ip ?? 0) + (used["ovs-vsctl"] ?? 0) <= 12, JSON.stringify(used));
  assert.equal(used.virsh, 0, "the sessions are kept");
  assert.equal(used["qemu-img"], 0);
  assert.ok(ms < 2000, `${ms} ms`);
  for (const guest of fleet) {
    assert.deepEqual(await guest.domain.preview(declared(guest)), []);
    assert.deepEqual(await guest.disk.preview({ image }), []);
  }

  await timed("delete", () =>
    Promise.all(
      fleet.map(async ({ disk, seed, domain }) => {
        await domain.destroy();
        await Promise.all([disk.destroy(), seed.destroy()]);
      }),
    ),
  );
  await bridge.destroy();
  assert.deepEqual(await storedFiles("disks", "seeds", "consoles", "work"), []);
  assert.equal((await virsh("list", "--all", "--name")).trim(), "");
});

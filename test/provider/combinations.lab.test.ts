import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import * as handlers from "../../provider/dynamic.js";
import type { Handler, Properties } from "../../provider/handler.js";
import { Subject } from "../contract/subject.js";
import { makeImage, run, storedFiles, virsh } from "./support.js";

const isLong = process.env.PULUMI_KVM_LONG === "1";
const numRuns = isLong ? 60 : 3;
const seed = Number(process.env.PULUMI_KVM_SEED ?? 20);
const DISKS = ["a", "b", "c"].map((name) => `/var/lib/libvirt/images/${name}.qcow2`);

before(async () => {
  for (const path of DISKS) await makeImage(path, "1M");
  await run("ip", "link", "add", "br-any", "type", "bridge");
});

/** Whatever is declared, after whatever was declared before: no difference, and nothing is left at the end. */
async function survives(type: string, handler: Handler, declarations: Properties[]): Promise<void> {
  const subject = new Subject(handler, type, "any");
  try {
    for (const args of declarations) {
      await subject.up(args);
      assert.deepEqual(await subject.preview(args), [], "at once");
      assert.ok(await subject.refresh());
      assert.deepEqual(await subject.preview(args), [], "after a refresh");
    }
  } finally {
    await subject.destroy();
  }
  assert.equal(((await virsh("list", "--all", "--name")) + (await virsh("net-list", "--all", "--name"))).trim(), "");
  assert.deepEqual(await storedFiles("work", "consoles", "links"), []);
}

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

function check(type: string, handler: Handler, declaration: fc.Arbitrary<Properties>): void {
  test(`${type}: any declaration after any other leaves no difference, and in the end nothing`, async () => {
    const sequence = fc.array(declaration, { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(sequence, (declarations) => survives(type, handler, declarations)),
      { numRuns, seed, endOnFailure: !isLong },
    );
  });
}

const disks = fc.shuffledSubarray(DISKS).chain((paths) =>
  fc.tuple(
    ...paths.map((path, index) =>
      fc.record({
        name: fc.constant(`disk-${index}`),
        source: fc.constant({ path, format: "qcow2", backing: [] }),
        bus: fc.constantFrom("virtio", "scsi", "sata"),
        // A SATA disk cannot be read-only.
        readonly: fc.constant(false),
      }),
    ),
  ),
);
const interfaces = fc.uniqueArray(fc.constantFrom("eth0", "lan_1", "x-y"), { maxLength: 3 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        bridge: fc.constant({ name: "br-any", kind: "linux" }),
        model: fc.constantFrom("virtio", "e1000"),
      }),
    ),
  ),
);

check(
  "Domain",
  handlers.Domain,
  // Mostly off: these guests have no system that would let go of a device while it runs.
  fc.record({
    running: fc.constant(false),
    shutdownGrace: fc.constant(0),
    memory: optional(fc.integer({ min: 16, max: 64 })),
    vcpus: optional(fc.integer({ min: 1, max: 3 })),
    machine: optional(fc.constantFrom("q35", "pc")),
    accelerator: optional(fc.constantFrom("auto", "tcg")),
    description: optional(fc.stringMatching(/^[ -~]{1,40}$/)),
    autostart: optional(fc.boolean()),
    disks: optional(disks),
    interfaces: optional(interfaces),
    seed: optional(fc.record({ path: fc.constant("/var/lib/libvirt/images/a.qcow2") })),
  }) as fc.Arbitrary<Properties>,
);

check(
  "Bridge",
  handlers.Bridge,
  fc.record({
    kind: optional(fc.constantFrom("linux", "openvswitch")),
    up: optional(fc.boolean()),
    mtu: optional(fc.integer({ min: 1280, max: 1500 })),
    addresses: optional(fc.uniqueArray(fc.constantFrom("10.80.0.1/24", "10.80.0.2/24", "10.81.0.1/16", "fd80::1/64"))),
  }) as fc.Arbitrary<Properties>,
);

check(
  "Network",
  handlers.Network,
  fc.record({
    mode: optional(fc.constantFrom("nat", "isolated", "route")),
    subnet: optional(fc.constantFrom("10.82.0.0/24", "10.82.0.9/28", "10.83.0.0/16")),
    domain: optional(fc.constantFrom("lab.test", "x")),
    dhcp: optional(fc.boolean()),
    running: optional(fc.boolean()),
    autostart: optional(fc.boolean()),
  }) as fc.Arbitrary<Properties>,
);

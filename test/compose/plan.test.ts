import assert from "node:assert/strict";
import { test } from "node:test";
import type { GuestBody } from "../../compose/machines/libvirt.js";
import type { GuestPlan } from "../../compose/plan.js";
import { fileOf, on, planOf } from "./helpers.js";

const two = fileOf(
  [
    { name: "alice", interfaces: on("br0") },
    { name: "bob", interfaces: [{ bridge: "br0", mac: "52:54:00:AA:00:01" }] },
  ],
  [{ name: "br0", subnet: "10.5.0.0/24", kind: "linux" }],
);

test("settles every name and address", () => {
  const plan = planOf(two);
  assert.equal(plan.host, undefined);
  assert.deepEqual(plan.segments, [
    {
      kind: "bridges",
      name: "br0",
      physicalName: "lab-br0",
      options: { kind: "linux" },
      subnet: "10.5.0.0/24",
      address: "10.5.0.1/24",
    },
  ]);
  assert.deepEqual(plan.images, [{ name: "guest", source: "/lab/guest.qcow2" }]);
  const [, bob] = plan.guests;
  assert.deepEqual(bob, {
    kind: "libvirt",
    name: "bob",
    physicalName: "lab-bob",
    hostname: "lab-bob",
    interfaces: [
      { name: "eth0", network: "bridges", segment: "br0", mac: "52:54:00:aa:00:01", address: "10.5.0.11", prefix: 24 },
    ],
    neighbours: [{ address: "10.5.0.10", names: ["lab-alice", "alice"] }],
    body: {
      vcpus: 1,
      memory: 512,
      username: "nocloud",
      disk: { image: "guest", readonly: false, answers: true },
      setup: { environment: {} },
    },
  });
});

test("the stack shows in names on the host, the default one does not", () => {
  const plan = planOf(two, { stack: "test" });
  assert.equal(plan.guests[0]?.physicalName, "lab-test-alice");
  assert.equal(plan.guests[0]?.hostname, "lab-alice");
  assert.equal(plan.segments[0]?.physicalName, "lab-test-br0");
});

test("links with long names are hashed, projects with other signs give hostnames", () => {
  const plan = planOf(two, { project: "my_long.project" });
  assert.match(String(plan.segments[0]?.physicalName), /^kvm[0-9a-f]{12}$/);
  assert.equal(plan.guests[0]?.hostname, "my-long-project-alice");
  assert.equal(plan.guests[0]?.physicalName, "my_long.project-alice");
});

test("a neighbour is called by its address on a bridge that both are plugged into", () => {
  const file = fileOf(
    [
      { name: "router", interfaces: on("left", "right") },
      { name: "a", interfaces: on("left") },
      { name: "b", interfaces: on("right") },
      { name: "alone" },
    ],
    [
      { name: "left", subnet: "10.1.0.0/24" },
      { name: "right", subnet: "10.2.0.0/24" },
    ],
  );
  const [, a, b, alone] = planOf(file).guests;
  const find = (guest: typeof a) => guest?.neighbours.find(({ names }) => names[1] === "router")?.address;
  assert.equal(find(a), "10.1.0.10");
  assert.equal(find(b), "10.2.0.10");
  assert.equal(find(alone), "10.1.0.10");
  assert.ok(a?.neighbours.every(({ names }) => names[1] !== "alone"));
});

test("each source is one image, files of the same name are told apart", () => {
  const guest = (name: string, cloudImage: string) =>
    `  - { name: ${name}, libvirt: { libvirt_type: { cloud_image: { ${cloudImage} } } } }\n`;
  const plan = planOf(
    `machines:\n${guest("a", "path: guest.qcow2")}${guest("b", "path: ./guest.qcow2")}${guest("c", "url: 'https://x.test/guest.qcow2?v=1'")}${guest("d", "name: ubuntu_22_04")}`,
  );
  assert.deepEqual(
    plan.images.map(({ source }) => source),
    [
      "/lab/guest.qcow2",
      "https://x.test/guest.qcow2?v=1",
      "https://cloud-images.ubuntu.com/releases/22.04/release/ubuntu-22.04-server-cloudimg-amd64.img",
    ],
  );
  assert.equal(new Set(plan.images.map(({ name }) => name)).size, 3);
});

test("an existing disk is taken as it is and not waited for", () => {
  const plan = planOf(
    "machines: [{name: a, libvirt: {libvirt_type: {existing_disk: {path: guest.qcow2, driver_type: qcow2, readonly: true}}}}]",
  );
  const [guest] = plan.guests as GuestPlan<GuestBody>[];
  assert.deepEqual(guest?.body.disk, { image: "guest", readonly: true, answers: false });
});

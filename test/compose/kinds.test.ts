import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiskKind, HostKind, Kinds, MachineKind, NetworkKind } from "../../compose/kind.js";
import { defaultKinds } from "../../compose/kinds.js";
import { count, text } from "../../compose/reader.js";
import { messages, planOf } from "./helpers.js";

const switches: NetworkKind<{ ports: number }> = {
  key: "switches",
  segment: "switch",
  read: (value, path, reader) =>
    reader.list(value, path).flatMap((element) => {
      const fields = reader.object({ name: text, ports: count }, element.value, element.path);
      if (fields?.name === undefined) return [];
      return [{ name: fields.name, path: element.path, subnet: undefined, options: { ports: fields.ports ?? 1 } }];
    }),
  check({ path, options }, { report }) {
    if (options.ports > 48) report.error("value", [...path, "ports"], "nobody builds such a switch");
  },
  build: () => ({}),
};

const microvm: MachineKind<{ kernel: string }, { boots: string }> = {
  key: "microvm",
  read({ microvm }, path, reader) {
    const fields = reader.object({ kernel: text }, microvm, [...path, "microvm"]);
    return fields?.kernel === undefined ? undefined : { kernel: fields.kernel };
  },
  check({ path, options: { kernel } }, { report }) {
    if (kernel === "hurd") report.error("value", [...path, "microvm", "kernel"], "this kernel does not boot");
  },
  plan: ({ options: { kernel } }) => ({ boots: kernel }),
  build: () => ({ domain: "", user: "", address: "", state: "", connection: undefined }),
};

const empty: DiskKind<object> = {
  key: "empty",
  read: (value, path, reader) => reader.object({}, value, path),
  plan: (_, context) => ({ image: context.image({ source: "/dev/null" }), readonly: false, answers: false }),
};

const moon: HostKind<object> = {
  key: "moon",
  read: (value, path, reader) => reader.object({}, value, path),
  connection: (name) => ({ name }),
};

const kinds: Kinds = {
  hosts: [...defaultKinds.hosts, moon],
  networks: [...defaultKinds.networks, switches],
  machines: [...defaultKinds.machines, microvm],
  disks: [...defaultKinds.disks, empty],
};

test("a kind is added by its entry: schema, check and plan know it", () => {
  const file = `machines:
  - { name: a, microvm: { kernel: linux }, interfaces: [{ switch: sw0 }] }
  - { name: b, libvirt: { libvirt_type: { empty: {} } }, interfaces: [{ switch: sw0 }] }
network: { switches: [{ name: sw0, ports: 4 }] }
hosts: { far: { moon: {} } }
`;
  const plan = planOf(file, { kinds });
  assert.deepEqual(plan.host, { name: "far", kind: "moon", options: {} });
  assert.deepEqual(plan.guests[0]?.body, { boots: "linux" });
  assert.deepEqual(plan.images, [{ name: "null", source: "/dev/null" }]);
  assert.equal(plan.segments[0]?.kind, "switches");
  assert.deepEqual(
    plan.guests.map(({ interfaces }) => interfaces[0]?.network),
    ["switches", "switches"],
  );
});

test("its own problems are told with the others, in its words", () => {
  const file = `machines:
  - { name: a, microvm: { kernel: hurd }, interfaces: [{ switch: sw1 }] }
network: { switches: [{ name: sw0, ports: 99 }], bridges: [{ name: br0 }] }
`;
  assert.deepEqual(messages(file, { kinds }), [
    "2: error: this kernel does not boot",
    '2: error: machine "a" is plugged into switch "sw1", which network.switches does not declare; declared are: sw0',
    "3: error: nobody builds such a switch",
  ]);
  assert.match(String(messages(file)), /microvm is not a known key/);
});

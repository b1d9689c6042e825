import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import type { Testbed, TestbedArgs } from "../../compose/testbed.js";

const folder = mkdtempSync(join(tmpdir(), "compose-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  kind: string;
  name: string;
  inputs: Record<string, unknown>;
}

let made: Made[] = [];

// The mocks answer without any input or output that Node would wait for.
const alive = setInterval(() => {}, 1000);
after(() => clearInterval(alive));

before(async () => {
  const mocks = {
    newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
      const kind = type.split(":").at(-1) ?? "";
      made.push({ kind, name, inputs });
      return { id: name, state: { ...inputs, ...outputs(kind, name) } };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "lab", "dev");
});

/** What a resource would add to its inputs. */
function outputs(kind: string, name: string): Record<string, unknown> {
  const byKind: Record<string, Record<string, unknown>> = {
    KeyPair: { publicKey: "ssh-ed25519 AAAA", privateKey: "PRIVATE" },
    Bridge: { incarnation: "i" },
    Image: { path: "/store/image", format: "qcow2", virtualSize: 2 * 1024 ** 3 },
    Clone: { path: `/store/${name}.qcow2` },
    Seed: { path: `/store/${name}.iso` },
    Domain: { powerState: "running", address: `address of ${name}`, connection: { host: name } },
  };
  return byKind[kind] ?? {};
}

async function make(text: string, args: TestbedArgs = {}): Promise<Testbed> {
  made = [];
  const file = join(folder, "kvm-compose.yaml");
  writeFileSync(file, text);
  writeFileSync(join(folder, "base.img"), "");
  const { Testbed: Class } = await import("../../compose/testbed.js");
  const testbed = new Class("lab", { file, ...args });
  await settled(pulumi.all([testbed.guests, testbed.connections]));
  return testbed;
}

function settled<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    output.apply(resolve as (value: unknown) => void);
  });
}

function inputsOf(kind: string, name: string): Record<string, unknown> {
  const found = made.find((resource) => resource.kind === kind && resource.name === name);
  assert.ok(found, `there is no ${kind} ${name}`);
  return found.inputs;
}

const two = `machines:
  - name: alice
    libvirt: &small { memory_mb: 192, libvirt_type: { cloud_image: { path: base.img, expand_gigabytes: 3 } } }
    interfaces: [{ bridge: br0 }]
  - name: bob
    libvirt: *small
    interfaces: [{ bridge: br0 }]
network: { bridges: [{ name: br0, subnet: 10.5.0.0/24, protocol: OpenFlow13 }] }
`;

test("makes one of each, and three resources for every guest", async () => {
  await make(two);
  const list = made.map(({ kind, name }) => `${kind} ${name}`).sort();
  assert.deepEqual(list, [
    "Bridge lab-br0",
    "Clone lab-alice",
    "Clone lab-bob",
    "Domain lab-alice",
    "Domain lab-bob",
    "Host lab",
    "Image lab-base",
    "KeyPair lab",
    "Seed lab-alice",
    "Seed lab-bob",
    "Testbed lab",
  ]);
});

test("hands every resource what it is about", async () => {
  await make(two);
  const bridge = inputsOf("Bridge", "lab-br0");
  assert.equal(bridge.name, "lab-br0");
  assert.equal(bridge.kind, "openvswitch");
  assert.deepEqual(bridge.addresses, ["10.5.0.1/24"]);
  assert.deepEqual(bridge.protocols, ["OpenFlow13"]);
  assert.equal(inputsOf("Image", "lab-base").source, join(folder, "base.img"));
  const clone = inputsOf("Clone", "lab-bob");
  assert.equal(clone.size, 5);
  assert.equal(clone.name, "lab-bob");
  const domain = inputsOf("Domain", "lab-bob");
  assert.equal(domain.name, "lab-bob");
  assert.equal(domain.memory, 192);
  assert.deepEqual(domain.waitFor, { until: "ssh", limit: 300 });
  const [nic] = domain.interfaces as Record<string, unknown>[];
  assert.equal(nic?.address, "10.5.0.11");
  assert.deepEqual(nic?.bridge, { name: "lab-br0", kind: "openvswitch", incarnation: "i" });
  const seed = inputsOf("Seed", "lab-bob");
  assert.equal(seed.hostname, "lab-bob");
  assert.deepEqual(seed.interfaces, [{ name: "eth0", mac: nic?.mac, addresses: ["10.5.0.11/24"] }]);
});

test("the address that the SDK would hash is the one that is planned", async () => {
  await make(two);
  const { macAddress } = await import("../../sdk/mac-address.js");
  const [nic] = inputsOf("Domain", "lab-alice").interfaces as Record<string, unknown>[];
  assert.equal(nic?.mac, macAddress("alice", "eth0"));
});

test("shows the guests, and keeps how to log in a secret", async () => {
  const testbed = await make(two);
  const [alice] = await settled(testbed.guests);
  assert.deepEqual(alice, {
    name: "alice",
    domain: "lab-alice",
    user: "nocloud",
    address: "address of lab-alice",
    state: "running",
  });
  assert.deepEqual(Object.keys(await settled(testbed.connections)), ["alice", "bob"]);
  assert.equal(await pulumi.isSecret(testbed.connections), true);
  assert.equal(await pulumi.isSecret(testbed.guests), false);
});

test("an existing disk, or a guest without a network, is not waited for", async () => {
  await make(`machines:
  - { name: a, libvirt: { libvirt_type: { cloud_image: { path: base.img } } } }
  - { name: b, libvirt: { libvirt_type: { existing_disk: { path: base.img } } }, interfaces: [{ bridge: br0 }] }
network: { bridges: [{ name: br0 }] }
`);
  for (const name of ["lab-a", "lab-b"]) assert.equal(inputsOf("Domain", name).waitFor, undefined);
});

test("the file's host is the one that is used", async () => {
  await make(
    "machines: [{ name: a, libvirt: { libvirt_type: { cloud_image: { path: base.img } } } }]\nhosts: { rack: { local: { uri: 'qemu:///session' } } }\n",
  );
  assert.deepEqual(inputsOf("Host", "lab").connection, { kind: "local", name: "rack", uri: "qemu:///session" });
});

test("a bad file makes nothing and says everything", async () => {
  await assert.rejects(make("machines: [{ name: a b }, { docker: {} }]\n"), (error) => {
    assert.ok(pulumi.RunError.isInstance(error));
    assert.match(String(error), /Cannot make a testbed of .*kvm-compose\.yaml:\n/);
    assert.match(String(error), /does not say what it is/);
    assert.match(String(error), /docker is not supported yet/);
    assert.match(String(error), /3 errors|4 errors/);
    return true;
  });
  assert.deepEqual(made, []);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const registered: Registered[] = [];
let kvm: typeof import("../../sdk/index.js");

before(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        const made: Record<string, object> = {
          "pulumi-nodejs:dynamic/kvm:Image": { path: "/images/x.qcow2", format: "qcow2", digest: "d" },
          "pulumi-nodejs:dynamic/kvm:Clone": { path: "/disks/x.qcow2" },
          "pulumi-nodejs:dynamic/kvm:Seed": { path: "/seeds/x.iso", instanceId: "i-1" },
          "pulumi-nodejs:dynamic/kvm:Bridge": { name: "br-x", kind: "openvswitch", incarnation: "b1" },
          "pulumi-nodejs:dynamic/kvm:Network": { name: "net-x", incarnation: "n1" },
          "pulumi-nodejs:dynamic/kvm:Host": { connection: { kind: "local", name: "h1", store: "/s", uri: "u" } },
        };
        return { id: `${name}-id`, state: { ...inputs, ...made[type] } };
      },
      call: ({ inputs }) => inputs,
    },
    "lab",
    "dev",
  );
  kvm = await import("../../sdk/index.js");
});
after(() => pulumi.runtime.setAllConfig({}));

/** What was registered under a name, when everything has been. */
async function of(resource: pulumi.CustomResource): Promise<Registered> {
  const urn = await value(resource.urn);
  const found = registered.find(({ type, name }) => urn.endsWith(`${type}::${name}`));
  assert.ok(found, urn);
  return found;
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve as (value: unknown) => unknown));
}

/** Mocks hand secrets over in their wrapping. */
function plain(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  if (Array.isArray(given)) return given.map(plain);
  if ("value" in given && pulumi.runtime.specialSigKey in given) return plain(given.value);
  return Object.fromEntries(Object.entries(given).map(([name, member]) => [name, plain(member)]));
}

test("Every class names its handler by a constant, and its owner by its URN", async () => {
  const made = [
    new kvm.Host("h"),
    new kvm.KeyPair("k"),
    new kvm.Image("i", { source: "/x.qcow2" }),
    new kvm.Clone("c", { image: { path: "/b.qcow2", format: "qcow2", backing: [] } }),
    new kvm.Seed("s", {}),
    new kvm.Bridge("b"),
    new kvm.Network("n"),
    new kvm.Domain("d", {}),
  ];
  for (const resource of made) {
    const { type, name, inputs } = await of(resource);
    const kind = type.split(":").at(-1);
    assert.equal(type, `pulumi-nodejs:dynamic/kvm:${kind}`);
    assert.equal(inputs.__provider, `exports.handler = () => require("pulumi-kvm/provider").${kind}`);
    assert.deepEqual(inputs.owner, { urn: `urn:pulumi:dev::lab::${type}::${name}` });
  }
});

test("A parent's type stands in the owner", async () => {
  const parent = new pulumi.ComponentResource("test:group:Group", "group");
  const { inputs } = await of(new kvm.Bridge("child", {}, { parent }));
  assert.equal(
    (inputs.owner as { urn: string }).urn,
    "urn:pulumi:dev::lab::test:group:Group$pulumi-nodejs:dynamic/kvm:Bridge::child",
  );
});

test("The realm comes from the stack's configuration", async () => {
  pulumi.runtime.setAllConfig({ "kvm:realm": "rack" });
  const { inputs } = await of(new kvm.Bridge("with-realm"));
  assert.equal((inputs.owner as { realm: string }).realm, "rack");
  pulumi.runtime.setAllConfig({});
});

test("References carry what a replaced thing changes", async () => {
  const image = new kvm.Image("image", { source: "/x.qcow2" });
  const clone = new kvm.Clone("clone", { image });
  const bridge = new kvm.Bridge("bridge", { kind: "openvswitch" });
  const network = new kvm.Network("network");
  const seed = new kvm.Seed("seed", { hostname: "web" });
  const host = new kvm.Host("host");
  const domain = new kvm.Domain("domain", {
    host,
    disks: [{ name: "root", source: clone }],
    seed,
    interfaces: [
      { name: "eth0", bridge },
      { name: "eth1", network },
      { name: "eth2", bridge: kvm.Bridge.get("br-theirs") },
    ],
  });
  const { inputs } = await of(domain);
  assert.deepEqual(inputs.disks, [
    {
      name: "root",
      source: { path: "/disks/x.qcow2", format: "qcow2", backing: [{ path: "/images/x.qcow2", format: "qcow2" }] },
    },
  ]);
  assert.deepEqual(inputs.seed, { path: "/seeds/x.iso", instanceId: "i-1" });
  assert.deepEqual(inputs.interfaces, [
    { name: "eth0", bridge: { name: "br-x", kind: "openvswitch", incarnation: "b1" } },
    { name: "eth1", network: { name: "net-x", incarnation: "n1" } },
    { name: "eth2", bridge: { name: "br-theirs", kind: "linux" } },
  ]);
  assert.equal((inputs.host as { name: string }).name, "h1");
});

test("Passwords and private keys are secrets as inputs and as outputs", async () => {
  const key = new kvm.KeyPair("secret-key");
  const seed = new kvm.Seed("secret-seed", { userData: { password: "hunter2" } });
  const domain = new kvm.Domain("secret-domain", { login: { user: "root", privateKey: "PRIVATE" } });
  const isSecret = (output: pulumi.Output<unknown>) => pulumi.isSecret(output);
  assert.ok(await isSecret((seed as unknown as { userData: pulumi.Output<unknown> }).userData));
  assert.ok(await isSecret((domain as unknown as { login: pulumi.Output<unknown> }).login));
  assert.deepEqual(plain((await of(domain)).inputs.login), { user: "root", privateKey: "PRIVATE" });
  await of(key);
});

test("A MAC address of the helper is the one that a domain gets by itself", async () => {
  const { Domain } = await import("../../provider/dynamic.js");
  const owner = { urn: "urn:pulumi:dev::lab::pulumi-nodejs:dynamic/kvm:Domain::web" };
  const { inputs } = await Domain.check(
    {},
    {
      owner,
      interfaces: [{ name: "eth0", bridge: { name: "b", kind: "linux" } }],
    },
  );
  const [nic] = inputs.interfaces as { mac: string }[];
  assert.equal(nic?.mac, kvm.macAddress("web", "eth0"));
});

test("A relative image is taken from the program's folder", async () => {
  const { inputs } = await of(new kvm.Image("relative", { source: "images/a.qcow2" }));
  assert.equal(inputs.source, `${process.cwd()}/images/a.qcow2`);
});

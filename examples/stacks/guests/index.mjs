import * as pulumi from "@pulumi/pulumi";
import * as kvm from "pulumi-kvm";

const config = new pulumi.Config();
const base = new pulumi.StackReference(`organization/shared-base/${config.get("base") ?? "dev"}`);

const host = new kvm.Host("local");
const key = new kvm.KeyPair("key");
// Each stack has a range of its own: .10 and up, .20 and up, …
const first = config.requireNumber("first");
const guests = ["red", "blue"].map((name, index) => {
  const address = `10.73.0.${first + index}`;
  const mac = kvm.macAddress(`${pulumi.getStack()}-${name}`, "eth0");
  const disk = new kvm.Clone(name, { host, image: base.requireOutput("disk") });
  const seed = new kvm.Seed(name, {
    host,
    hostname: name,
    sshAuthorizedKeys: [key.publicKey],
    interfaces: [{ name: "eth0", mac, addresses: [`${address}/24`] }],
    // A secret stays one on its way through state, previews and logs.
    userData: { write_files: [{ path: "/etc/token", content: config.requireSecret("token") }] },
  });
  return new kvm.Domain(name, {
    host,
    memory: 192,
    disks: [{ name: "root", source: disk }],
    seed,
    interfaces: [{ name: "eth0", bridge: base.requireOutput("bridge"), mac, address }],
    login: { user: "root", privateKey: key.privateKey },
    waitFor: { until: "ssh", limit: 120 },
  });
});

export const machines = guests.map((guest) => ({ name: guest.name, address: guest.address }));

import * as kvm from "pulumi-kvm";

const host = new kvm.Host("local");
const key = new kvm.KeyPair("key");
const lab = new kvm.Bridge("lab", { host, addresses: ["10.72.0.1/24"] });
const image = new kvm.Image("guest", { host, source: process.env.QUICKSTART_IMAGE ?? "guest.qcow2" });

const addresses = { alice: "10.72.0.10", bob: "10.72.0.11" };
const guests = Object.entries(addresses).map(([name, address]) => {
  const mac = kvm.macAddress(name, "eth0");
  const disk = new kvm.Clone(name, { host, image });
  const seed = new kvm.Seed(name, {
    host,
    hostname: name,
    sshAuthorizedKeys: [key.publicKey],
    interfaces: [{ name: "eth0", mac, addresses: [`${address}/24`], gateway: "10.72.0.1" }],
  });
  return new kvm.Domain(name, {
    host,
    memory: 192,
    disks: [{ name: "root", source: disk }],
    seed,
    interfaces: [{ name: "eth0", bridge: lab, mac, address }],
    login: { user: "root", privateKey: key.privateKey },
    waitFor: { until: "ssh", limit: 120 },
  });
});

export const machines = guests.map((guest) => ({ name: guest.name, address: guest.address, state: guest.powerState }));
export const privateKey = key.privateKey;

import type { BuildContext, DiskPlan, GuestOutputs } from "../kind.js";
import type { GuestPlan } from "../plan.js";
import { cloudConfig } from "./cloud-config.js";
import type { GuestBody } from "./libvirt.js";

const gib = 1024 ** 3;

/** The resources of a virtual machine: its disk, its seed and itself. */
export function buildGuest(guest: GuestPlan<GuestBody>, context: BuildContext): GuestOutputs {
  const { kvm, host, keyPair, options, waitLimit } = context;
  const { vcpus, memory, username: user, disk } = guest.body;
  const name = context.childName(guest.name);
  const common = { host, name: guest.physicalName };
  const domain = new kvm.Domain(
    name,
    {
      ...common,
      vcpus,
      memory,
      disks: [{ name: "root", source: buildDisk(name, { ...common, disk }, context), readonly: disk.readonly }],
      seed: buildSeed(name, guest, context),
      interfaces: guest.interfaces.map((nic) => ({
        name: nic.name,
        mac: nic.mac,
        address: nic.address,
        ...context.plug(nic.network, nic.segment),
      })),
      login: { user, privateKey: keyPair.privateKey },
      ...(disk.answers && guest.interfaces.length > 0 ? { waitFor: { until: "ssh", limit: waitLimit } } : {}),
    },
    options,
  );
  const { name: domainName, address, powerState, connection } = domain;
  return { domain: domainName, user, address, state: powerState, connection };
}

function buildDisk(name: string, { disk, ...common }: { disk: DiskPlan } & CommonArgs, context: BuildContext) {
  const image = context.image(disk.image);
  const { grow } = disk;
  const size = grow === undefined ? {} : { size: image.virtualSize.apply((bytes) => bytes / gib + grow) };
  return new context.kvm.Clone(name, { ...common, image, ...size }, context.options);
}

type CommonArgs = { host: BuildContext["host"]; name: string };

function buildSeed(name: string, guest: GuestPlan<GuestBody>, { kvm, host, keyPair, options }: BuildContext) {
  const documents = keyPair.publicKey.apply((publicKey) => cloudConfig(guest, publicKey));
  return new kvm.Seed(
    name,
    {
      host,
      name: guest.physicalName,
      hostname: guest.hostname,
      sshAuthorizedKeys: [keyPair.publicKey],
      interfaces: guest.interfaces.map(({ name: device, mac, address, prefix }) => ({
        name: device,
        mac,
        addresses: [`${address}/${prefix}`],
      })),
      userData: documents.apply(({ userData }) => userData),
      metaData: documents.apply(({ metaData }) => metaData),
    },
    options,
  );
}

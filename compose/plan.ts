import { basename } from "node:path";
import { digest } from "../provider/names.js";
import { allocateAddresses, allocateSubnets, macOf, subnetIn } from "./allocate.js";
import type { PlanContext, Surroundings } from "./kind.js";
import type { Interface, Machine, Model } from "./model.js";
import { bridgeName, hostname, physicalName, type Stack } from "./names.js";
import { formatAddress, hostAddress, type Subnet } from "./subnet.js";

/** What will be made, as plain data: every name and address is settled. */
export interface Plan {
  host: { name: string; kind: string; options: unknown } | undefined;
  segments: SegmentPlan[];
  images: ImagePlan[];
  guests: GuestPlan[];
}

export interface SegmentPlan<Options = unknown> {
  kind: string;
  name: string;
  physicalName: string;
  subnet: string;
  /** The host's own, with prefix length. */
  address: string;
  options: Options;
}

export interface ImageSource {
  /** URL or absolute path. */
  source: string;
  checksum?: string;
}

export interface ImagePlan extends ImageSource {
  name: string;
}

export interface GuestPlan<Body = unknown> {
  kind: string;
  name: string;
  physicalName: string;
  hostname: string;
  interfaces: InterfacePlan[];
  /** The other guests, by the address at which this one reaches them. */
  neighbours: { address: string; names: string[] }[];
  body: Body;
}

export interface InterfacePlan {
  name: string;
  network: string;
  segment: string;
  mac: string;
  address: string;
  prefix: number;
}

/** @param model without errors: see `check` */
export function makePlan(model: Model, of: Stack, surroundings: Surroundings): Plan {
  const subnets = allocateSubnets(model, of);
  const addresses = allocateAddresses(model, subnets);
  const images: ImagePlan[] = [];
  const context: PlanContext = { ...surroundings, image: (source) => imageName(images, source) };
  const interfacesOf = (machine: Machine) =>
    machine.interfaces.map((nic, index): InterfacePlan => {
      const device = `eth${index}`;
      return {
        name: device,
        network: nic.network.key,
        segment: nic.segment,
        mac: macOf(of, machine.name, device, nic),
        address: addresses.get(nic) ?? "",
        prefix: subnetIn(model, subnets, nic).prefix,
      };
    });
  const guests = model.machines.map((machine) => ({
    kind: machine.kind.key,
    name: machine.name,
    physicalName: physicalName(of, machine.name),
    hostname: hostname(of.project, machine.name),
    interfaces: interfacesOf(machine),
    neighbours: neighboursOf(machine, model, of, addresses),
    body: machine.kind.plan(machine, context),
  }));
  const { host } = model;
  return {
    host: host && { name: host.name, kind: host.kind.key, options: host.options },
    segments: [...subnets].map(([segment, subnet]) => ({
      kind: segment.kind.key,
      name: segment.name,
      physicalName: bridgeName(of, segment.name),
      options: segment.options,
      ...rangeOf(subnet),
    })),
    images,
    guests,
  };
}

function rangeOf(subnet: Subnet): { subnet: string; address: string } {
  return { subnet: subnet.text, address: `${formatAddress(hostAddress(subnet))}/${subnet.prefix}` };
}

function neighboursOf(
  machine: Machine,
  model: Model,
  { project }: Stack,
  addresses: ReadonlyMap<Interface, string>,
): GuestPlan["neighbours"] {
  return model.machines.flatMap((other) => {
    // A guest with several addresses is best called by one on a bridge that both are plugged into.
    const shared = other.interfaces.find((theirs) =>
      machine.interfaces.some(({ network, segment }) => network === theirs.network && segment === theirs.segment),
    );
    const nic = shared ?? other.interfaces[0];
    if (other === machine || nic === undefined) return [];
    return [{ address: addresses.get(nic) ?? "", names: [hostname(project, other.name), other.name] }];
  });
}

/** The image's name in the plan: its file's, so that it stays when other images come and go. */
function imageName(images: ImagePlan[], { source, checksum }: ImageSource): string {
  const known = images.find((image) => image.source === source && image.checksum === checksum);
  if (known !== undefined) return known.name;
  const file = basename(source.replace(/[?#].*$/, ""));
  const short = file.replace(/\.(qcow2|img|raw|xz|gz)$/i, "").replace(/[^A-Za-z0-9_.-]+/g, "-") || "image";
  const isTaken = images.some(({ name }) => name === short);
  const name = isTaken ? `${short}-${digest(`${source} ${checksum ?? ""}`).slice(0, 8)}` : short;
  images.push({ name, source, ...(checksum === undefined ? {} : { checksum }) });
  return name;
}

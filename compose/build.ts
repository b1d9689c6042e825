import type * as pulumi from "@pulumi/pulumi";
import * as kvm from "../sdk/index.js";
import { type BuildContext, type GuestOutputs, isPending, type Kinds, type Pending, type Plug } from "./kind.js";
import type { GuestPlan, Plan } from "./plan.js";

export interface BuildOptions {
  /** The testbed's name, with which those of its children begin. */
  name: string;
  parent: pulumi.Resource;
  kinds: Kinds;
  host: kvm.HostInput | undefined;
  waitLimit: number;
}

export interface Built {
  keyPair: kvm.KeyPair;
  guests: { guest: GuestPlan; outputs: GuestOutputs }[];
}

/** Makes the resources of a plan. The only step that does anything. */
export function build(plan: Plan, { name, parent, kinds, host: given, waitLimit }: BuildOptions): Built {
  const options = { parent };
  const childName = (child: string) => `${name}-${child}`;
  const host = given ?? new kvm.Host(name, hostArgs(plan, kinds), options);
  const keyPair = new kvm.KeyPair(name, {}, options);
  const images = new Map(
    plan.images.map(({ name: image, ...args }) => [image, new kvm.Image(childName(image), { host, ...args }, options)]),
  );
  const plugs = new Map<string, Plug>();
  const context: BuildContext = {
    kvm,
    childName,
    options,
    host,
    keyPair,
    waitLimit,
    image: (wanted) => found(images.get(wanted), `image ${wanted}`),
    plug: (kind, segment) => found(plugs.get(`${kind}/${segment}`), `${kind} ${segment}`),
  };
  for (const segment of plan.segments) {
    const kind = kindOf(kinds.networks, segment.kind);
    plugs.set(`${segment.kind}/${segment.name}`, kind.build(segment, context));
  }
  const guests = plan.guests.map((guest) => ({
    guest,
    outputs: kindOf(kinds.machines, guest.kind).build(guest, context),
  }));
  return { keyPair, guests };
}

function hostArgs({ host }: Plan, kinds: Kinds): kvm.HostArgs {
  return host === undefined ? {} : { connection: kindOf(kinds.hosts, host.kind).connection(host.name, host.options) };
}

function kindOf<K extends { key: string }>(kinds: readonly (K | Pending)[], key: string): K {
  return found(
    kinds.find((kind): kind is K => kind.key === key && !isPending(kind)),
    `kind ${key}`,
  );
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`Cannot build ${what}: the plan does not have it`);
  return value;
}

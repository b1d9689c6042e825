import type * as pulumi from "@pulumi/pulumi";
import type * as sdk from "../sdk/index.js";
import type { Path } from "./diagnostics.js";
import type { Environment } from "./interpolate.js";
import type { Machine, Segment } from "./model.js";
import type { GuestPlan, ImageSource, SegmentPlan } from "./plan.js";
import type { Reader, Shape } from "./reader.js";
import type { Report } from "./report.js";

/**
 * What a kind of host, network, machine or disk contributes to each step. `read` takes the kind's part of the file, `check`
 * complains about what no schema can see, `plan` makes plain data of it and `build` resources of that. A kind is one entry
 * in `kinds.ts`; nothing else knows it.
 *
 * Kinds import no class of the SDK: `build` is handed them. So a file is checked without loading Pulumi.
 */
export interface HostKind<Options = unknown> {
  /** The key that chooses the kind. */
  key: string;
  read(value: unknown, path: Path, reader: Reader): Options | undefined;
  connection(name: string, options: Options): NonNullable<sdk.HostArgs["connection"]>;
}

export interface NetworkKind<Options = unknown> {
  /** The key below `network`. */
  key: string;
  /** What one segment is called, which is also the key of an interface that names one: `bridge`. */
  segment: string;
  /** More keys below `network` that belong to it. */
  companions?: Shape;
  read(value: unknown, path: Path, reader: Reader): Omit<Segment<Options>, "kind">[];
  check?(segment: Segment<Options>, context: CheckContext): void;
  build(segment: SegmentPlan<Options>, context: BuildContext): Plug;
}

export interface MachineKind<Options = unknown, Body = unknown> {
  /** The key of the machine. */
  key: string;
  /** More keys of the machine that belong to it. */
  companions?: Shape;
  /** @param fields the machine's keys */
  read(fields: Readonly<Record<string, unknown>>, path: Path, reader: Reader, kinds: Kinds): Options | undefined;
  check?(machine: Machine<Options>, context: CheckContext): void;
  plan(machine: Machine<Options>, context: PlanContext): Body;
  build(guest: GuestPlan<Body>, context: BuildContext): GuestOutputs;
}

/** What a machine of libvirt boots from. */
export interface DiskKind<Options = unknown> {
  /** The key below `libvirt_type`. */
  key: string;
  read(value: unknown, path: Path, reader: Reader): Options | undefined;
  check?(options: Options, path: Path, context: CheckContext): void;
  plan(options: Options, context: PlanContext): DiskPlan;
}

/** A kind that is known and cannot be done yet. */
export interface Pending {
  key: string;
  /** What to do instead. */
  notYet: string;
}

export interface Kinds {
  hosts: readonly (HostKind | Pending)[];
  networks: readonly (NetworkKind | Pending)[];
  machines: readonly (MachineKind | Pending)[];
  disks: readonly (DiskKind | Pending)[];
}

/** The world around the file. Handed in, so that every step but the last is a function of its arguments. */
export interface Surroundings {
  /** The file's folder, absolute: relative paths begin there. */
  folder: string;
  environment: Environment;
  files: { exists(path: string): boolean; read(path: string): string };
}

export interface CheckContext extends Surroundings {
  report: Report;
}

export interface PlanContext extends Surroundings {
  /** The name under which the plan has the image; the same source has one. */
  image(source: ImageSource): string;
}

export interface DiskPlan {
  /** Name of an image in the plan. */
  image: string;
  /** GiB added to the image's size. */
  grow?: number;
  readonly: boolean;
  /** Whether the guest is known to run cloud-init, so that it will let us in. */
  answers: boolean;
  setup?: GuestSetup;
}

/** What the guest is told at its first start, besides who it is. */
export interface GuestSetup {
  environment: Record<string, string>;
  runScript?: string;
}

/** What `build` works with. */
export interface BuildContext {
  kvm: typeof sdk;
  /** The name of a child resource. */
  childName(name: string): string;
  options: pulumi.CustomResourceOptions;
  host: sdk.HostInput;
  keyPair: sdk.KeyPair;
  image(name: string): sdk.Image;
  /** What an interface is plugged into. */
  plug(kind: string, segment: string): Plug;
  /** Seconds that a guest may take until it answers. */
  waitLimit: number;
}

export type Plug = Pick<sdk.DomainInterfaceArgs, "bridge" | "network">;

/** What a testbed tells of a guest. */
export interface GuestOutputs {
  domain: pulumi.Input<string>;
  user: string;
  address: pulumi.Input<string | undefined>;
  state: pulumi.Input<string>;
  connection: pulumi.Input<sdk.Domain["connection"]> | undefined;
}

export function isPending(kind: { key: string } | Pending): kind is Pending {
  return "notYet" in kind;
}

import type { Path } from "./diagnostics.js";
import type { HostKind, MachineKind, NetworkKind } from "./kind.js";

/** What a file describes, as it stands there: nothing is looked up, derived or allocated yet. */
export interface Model {
  host: HostEntry | undefined;
  segments: Segment[];
  machines: Machine[];
}

export interface HostEntry<Options = unknown> {
  name: string;
  path: Path;
  kind: HostKind<Options>;
  options: Options;
}

/** Something that interfaces are plugged into. */
export interface Segment<Options = unknown> {
  name: string;
  path: Path;
  kind: NetworkKind<Options>;
  subnet: string | undefined;
  options: Options;
}

export interface Machine<Options = unknown> {
  name: string;
  path: Path;
  interfaces: Interface[];
  kind: MachineKind<Options>;
  options: Options;
}

export interface Interface {
  path: Path;
  /** The kind and the name of the segment that it is plugged into. */
  network: NetworkKind;
  segment: string;
  ip: string | undefined;
  mac: string | undefined;
}

export function findSegment({ segments }: Model, { network, segment }: Interface): Segment | undefined {
  return segments.find(({ kind, name }) => kind === network && name === segment);
}

/** The interfaces that are plugged into a segment, each with its machine, in the order of the file. */
export function pluggedInto({ machines }: Model, segment: Segment): { machine: Machine; nic: Interface }[] {
  return machines.flatMap((machine) =>
    machine.interfaces
      .filter((nic) => nic.network === segment.kind && nic.segment === segment.name)
      .map((nic) => ({ machine, nic })),
  );
}

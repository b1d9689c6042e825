import { chooseOne, chosen, keysOf } from "./choose.js";
import { formatPath, type Path, quote } from "./diagnostics.js";
import { isPending, type Kinds, type MachineKind, type NetworkKind } from "./kind.js";
import type { HostEntry, Interface, Machine, Model, Segment } from "./model.js";
import { anything, noEffect, notYet, oneOf, Reader, type Shape, text } from "./reader.js";
import type { Report } from "./report.js";

const top = {
  machines: anything,
  network: anything,
  hosts: anything,
  tooling: notYet(),
  testbed_options: anything,
  bridges: notYet("declare them as network.bridges"),
  ssh_public_key: noEffect("each testbed has a key pair of its own"),
  password_ssh_enabled: notYet("guests are entered with the testbed's key"),
} satisfies Shape;

const testbedOptions = {
  load_balancing: oneOf(["NaiveRoundRobin"]).optional(),
} satisfies Shape;

/** Plain values to the model. Complains about everything that does not fit and returns what does. */
export function readModel(value: unknown, kinds: Kinds, report: Report): Model {
  const reader = new Reader(report);
  const fields = value === null || value === undefined ? emptyFile(report) : reader.object(top, value, []);
  if (fields?.testbed_options) reader.object(testbedOptions, fields.testbed_options, ["testbed_options"]);
  return {
    host: readHost(fields?.hosts, kinds, reader),
    segments: readSegments(fields?.network, kinds, reader),
    machines: reader.list(fields?.machines, ["machines"]).flatMap(({ value: machine, path }) => {
      const read = readMachine(machine, path, kinds, reader);
      return read === undefined ? [] : [read];
    }),
  };
}

function emptyFile(report: Report): undefined {
  report.error("missing", [], "the file is empty: it must have machines and network");
}

function readHost(value: unknown, kinds: Kinds, reader: Reader): HostEntry | undefined {
  if (value === undefined || value === null) return undefined;
  const names = typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  const hosts = reader.object(Object.fromEntries(names.map((name) => [name, anything])), value, ["hosts"]);
  const [name, second] = names;
  if (hosts === undefined || name === undefined) return undefined;
  if (second !== undefined) {
    reader.report.error("not-yet", ["hosts", second], "several hosts are not supported yet: declare one", {
      part: "key",
    });
  }
  const path = ["hosts", name];
  const fields = reader.object(keysOf(kinds.hosts), hosts[name], path);
  if (fields === undefined) return undefined;
  const kind = chooseOne(kinds.hosts, fields, { path, report: reader.report, subject: `host ${quote(name)}` });
  const options = kind?.read(fields[kind.key], [...path, kind.key], reader);
  return kind === undefined || options === undefined ? undefined : { name, path, kind, options };
}

function readSegments(value: unknown, kinds: Kinds, reader: Reader): Segment[] {
  if (value === undefined || value === null) return [];
  const path = ["network"];
  const fields = reader.object({ ...companionsOf(kinds.networks), ...keysOf(kinds.networks) }, value, path);
  if (fields === undefined) return [];
  return chosen(kinds.networks, fields, { path, report: reader.report }).flatMap((kind) =>
    kind.read(fields[kind.key], [...path, kind.key], reader).map((segment) => ({ ...segment, kind })),
  );
}

function readMachine(value: unknown, path: Path, kinds: Kinds, reader: Reader): Machine | undefined {
  const shape = {
    ...companionsOf(kinds.machines),
    ...keysOf(kinds.machines),
    network: notYet("plug the machine into bridges with interfaces"),
    name: text,
    interfaces: anything,
  };
  const fields = reader.object(shape, value, path);
  if (fields === undefined) return undefined;
  const { name } = fields;
  const subject = name === undefined ? formatPath(path) : `machine ${quote(name)}`;
  const interfaces = readInterfaces(fields.interfaces, [...path, "interfaces"], { kinds, reader, subject });
  const kind = chooseOne(kinds.machines, fields, { path, report: reader.report, subject });
  if (kind !== undefined) checkCompanions(fields, kind, { path, kinds, reader });
  const options = kind?.read(fields, path, reader, kinds);
  if (name === undefined || kind === undefined || options === undefined) return undefined;
  return { name, path, interfaces, kind, options };
}

/** Keys that belong to other kinds of machines would be lost silently. */
function checkCompanions(
  fields: Readonly<Record<string, unknown>>,
  kind: MachineKind,
  { path, kinds, reader }: { path: Path; kinds: Kinds; reader: Reader },
): void {
  for (const key of Object.keys(companionsOf(kinds.machines))) {
    if (fields[key] === undefined || key in (kind.companions ?? {})) continue;
    const at = [...path, key];
    reader.report.warn("no-effect", at, `${formatPath(at)} has no effect here: write it below ${kind.key}`, {
      part: "key",
    });
  }
}

interface InterfaceReading {
  kinds: Kinds;
  reader: Reader;
  subject: string;
}

function readInterfaces(value: unknown, path: Path, reading: InterfaceReading): Interface[] {
  return reading.reader.list(value, path).flatMap((element) => {
    const read = readInterface(element.value, element.path, reading);
    return read === undefined ? [] : [read];
  });
}

function readInterface(
  value: unknown,
  path: Path,
  { kinds, reader, subject }: InterfaceReading,
): Interface | undefined {
  const networks = kinds.networks.filter((kind): kind is NetworkKind => !isPending(kind));
  const shape: Shape = { ip: text.optional(), mac: text.optional() };
  for (const { segment } of networks) shape[segment] = text.optional();
  const fields = reader.object(shape, value, path) as Record<string, string | undefined> | undefined;
  if (fields === undefined) return undefined;
  const named = networks.filter(({ segment }) => fields[segment] !== undefined);
  const isTold = reader.report.problems.some((problem) => isBelow(problem.path, path) && problem.severity === "error");
  if (named.length !== 1 && !isTold) {
    const words = networks.map(({ segment }) => segment).join(" or ");
    reader.report.error("missing", path, `an interface of ${subject} must name one ${words}`);
  }
  const [network, second] = named;
  const segment = network && fields[network.segment];
  if (network === undefined || segment === undefined || second !== undefined) return undefined;
  return { path, network, segment, ip: fields.ip, mac: fields.mac };
}

function isBelow(path: Path, parent: Path): boolean {
  return parent.every((step, index) => path[index] === step);
}

function companionsOf(kinds: readonly object[]): Shape {
  return Object.assign({}, ...kinds.map((kind) => ("companions" in kind ? kind.companions : {})));
}

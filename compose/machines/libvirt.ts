import { chooseOne, keysOf } from "../choose.js";
import { formatPath, type Path } from "../diagnostics.js";
import type { DiskKind, DiskPlan, GuestSetup, Kinds, MachineKind } from "../kind.js";
import { anything, count, type Fields, flag, noEffect, notYet, type Reader, type Shape } from "../reader.js";
import { buildGuest } from "./guest.js";
import { checkSetup, planSetup, type SetupOptions, setupShape } from "./setup.js";
import { username } from "./username.js";

const sizes = {
  cpus: count.max(1024, "must be at most 1024").optional(),
  memory_mb: count.optional(),
  username: username.optional(),
  scaling: notYet("write the machines out, each with a name of its own"),
  extended_graphics_support: flag.optional(),
} satisfies Shape;

const shape = {
  ...sizes,
  libvirt_type: anything,
  password: noEffect("guests are entered with the testbed's key"),
  static_ip: noEffect("give an interface an ip instead"),
  is_clone_of: notYet("machines with the same image share it already"),
  hostname: noEffect("it is <project>-<name>"),
  ssh_address: noEffect("it follows from the interfaces"),
  tcp_tty_port: noEffect("the console is logged to a file"),
} satisfies Shape;

interface Options {
  cpus: number;
  memory: number;
  username: string;
  disk: { kind: DiskKind; options: unknown; path: Path };
  /** Where these keys stand beside the disk, not in it. */
  setup: SetupOptions;
}

export interface GuestBody {
  vcpus: number;
  /** MiB */
  memory: number;
  username: string;
  disk: DiskPlan;
  setup: GuestSetup;
}

/** A virtual machine, as most files have it: everything below `libvirt`. */
export const libvirtMachine: MachineKind<Options, GuestBody> = {
  key: "libvirt",

  read({ libvirt }, machinePath, reader, kinds) {
    const path = [...machinePath, "libvirt"];
    const fields = reader.object(shape, libvirt, path);
    if (fields === undefined) return undefined;
    if (fields.libvirt_type === undefined || fields.libvirt_type === null) {
      const keys = kinds.disks.map(({ key }) => key).join(", ");
      reader.report.error("missing", path, `${formatPath(path)} needs libvirt_type with one of: ${keys}`);
      return undefined;
    }
    const disk = readDisk(fields.libvirt_type, [...path, "libvirt_type"], { reader, kinds });
    return disk && { ...readSizes(fields), disk, setup: {} };
  },

  check({ path, options: { disk, setup } }, context) {
    disk.kind.check?.(disk.options, disk.path, context);
    checkSetup(setup, path, context);
  },

  plan({ options: { cpus, memory, username, disk, setup } }, context) {
    const beside = planSetup(setup, context);
    const { setup: within, ...planned } = disk.kind.plan(disk.options, context);
    const environment = { ...within?.environment, ...beside.environment };
    return { vcpus: cpus, memory, username, disk: planned, setup: { ...within, ...beside, environment } };
  },

  build: buildGuest,
};

/** An older way to write the same: the keys of `libvirt` stand in the machine itself, and `libvirt_type` is `disk`. */
export const flatMachine: MachineKind<Options, GuestBody> = {
  ...libvirtMachine,
  key: "disk",
  companions: { ...sizes, ...setupShape },

  read(fields, path, reader, kinds) {
    const disk = readDisk(fields.disk, [...path, "disk"], { reader, kinds });
    const own = fields as Fields<typeof sizes & typeof setupShape>;
    const setup = { environment: own.environment, run_script: own.run_script };
    return disk && { ...readSizes(own), disk, setup };
  },
};

function readSizes({ cpus = 1, memory_mb: memory = 512, username = "nocloud" }: Fields<typeof sizes>) {
  return { cpus, memory, username };
}

function readDisk(value: unknown, path: Path, { reader, kinds }: { reader: Reader; kinds: Kinds }) {
  const fields = reader.object(keysOf(kinds.disks), value, path);
  if (fields === undefined) return undefined;
  const kind = chooseOne(kinds.disks, fields, { path, report: reader.report, subject: formatPath(path) });
  const options = kind?.read(fields[kind.key], [...path, kind.key], reader);
  return kind === undefined || options === undefined ? undefined : { kind, options, path: [...path, kind.key] };
}

import { coalesced } from "../host/coalesced.js";
import { CommandError } from "../host/command-error.js";
import type { Host } from "../host/host.js";
import { type Mark, markSchema } from "../owner.js";
import type { BridgeDriver, BridgeSettings, ObservedBridge } from "./driver.js";
import { findLink, ipBatch, syncLink } from "./links.js";

interface BridgeRow {
  name: string;
  datapathType: string;
  externalIds: Record<string, string>;
  protocols: string[];
  controller: string | undefined;
  /** Names of its ports. */
  ports: string[];
}

/** Bridges of Open vSwitch. The owner stands in the row's external_ids. */
export const openVswitchBridge: BridgeDriver = {
  async observe(host, name) {
    const [link, row] = await Promise.all([findLink(host, name), findBridgeRow(host, name)]);
    if (link === undefined && row === undefined) return undefined;
    // A switch that does not run has no links: that must not pass for bridges that are gone.
    if (link === undefined) await checkSwitch(host);
    return {
      link,
      mark: row === undefined ? undefined : markOf(row),
      incarnation: row?.externalIds["kvm-incarnation"],
      isKind: row !== undefined,
      up: link?.up ?? false,
      addresses: link?.addresses ?? [],
      mtu: link?.mtu ?? 0,
      protocols: row?.protocols ?? [],
      controller: row?.controller,
    } satisfies ObservedBridge;
  },

  async create(host, name, mark, settings) {
    const [datapath] = await Promise.all([datapathType(host), checkSwitch(host)]);
    await vsctl(host, [
      ["--may-exist", "add-br", name],
      ["set", "Bridge", name, `datapath_type=${datapath}`, ...externalIds(mark)],
      ...tuning(name, settings),
    ]);
    const link = await findLink(host, name);
    if (link === undefined) {
      // The database takes every bridge; only the switch knows whether it could make it.
      await vsctl(host, [["--if-exists", "del-br", name]]);
      throw new Error(
        `Cannot create bridge "${name}" on host "${host.name}": Open vSwitch recorded it with datapath ${datapath} but made no link; see the log of ovs-vswitchd`,
      );
    }
    await ipBatch(host, syncLink(link, settings));
  },

  async sync(host, link, mark, settings) {
    const { name } = link;
    await vsctl(host, [["set", "Bridge", name, ...externalIds(mark)], ...tuning(name, settings)]);
    // An MTU set behind the switch's back is set back by it: mtu_request above does it.
    await ipBatch(host, syncLink(link, { ...settings, mtu: undefined }));
  },

  async remove(host, name) {
    await vsctl(host, [["--if-exists", "del-br", name]]);
  },

  async hasPort(host, name, port) {
    return (await findBridgeRow(host, name))?.ports.includes(port) === true;
  },

  async plug(host, name, port) {
    // A port that is left from a bridge of that name before is of no use.
    await vsctl(host, [["--if-exists", "del-port", port]]);
    await vsctl(host, [["add-port", name, port]]);
  },
};

/** The database may answer while the switch itself is down. */
async function checkSwitch(host: Host): Promise<void> {
  const command = ["ovs-appctl", "--timeout=5", "--target=ovs-vswitchd", "version"] as const;
  const { exitCode, stderr } = await host.run(command, { exitCodes: [0, 1, 2] });
  if (exitCode === 0) return;
  throw new Error(
    `Cannot use Open vSwitch on host "${host.name}": ovs-vswitchd does not answer (${stderr.trim().split("\n")[0]}); start openvswitch-switch`,
  );
}

/** Whether the switch forwards in userspace: guests on such a bridge must not leave checksums to be finished by others. */
export async function usesUserspaceDatapath(host: Host, bridge: string): Promise<boolean> {
  return (await findBridgeRow(host, bridge))?.datapathType === "netdev";
}

/** `system` needs a kernel module, which containers and small kernels lack: then packets go through userspace. */
async function datapathType(host: Host): Promise<"system" | "netdev"> {
  const { exitCode } = await host.run(["ovs-dpctl", "dump-dps"], { exitCodes: [0, 1] });
  return exitCode === 0 ? "system" : "netdev";
}

function tuning(name: string, settings: BridgeSettings): string[][] {
  return [
    ...(settings.mtu === undefined ? [] : [["set", "Interface", name, `mtu_request=${settings.mtu}`]]),
    ...(settings.protocols === undefined
      ? []
      : settings.protocols.length === 0
        ? [["clear", "Bridge", name, "protocols"]]
        : [["set", "Bridge", name, `protocols=${settings.protocols.join(",")}`]]),
    ...(settings.controller === undefined
      ? []
      : [settings.controller === null ? ["del-controller", name] : ["set-controller", name, settings.controller]]),
  ];
}

function externalIds(mark: Mark): string[] {
  return Object.entries(mark).map(([key, value]) => `external_ids:kvm-${key}=${JSON.stringify(value)}`);
}

function markOf(row: BridgeRow): Mark | undefined {
  const found = Object.fromEntries(
    Object.entries(row.externalIds)
      .filter(([key]) => key.startsWith("kvm-"))
      .map(([key, value]) => [key.slice(4), value]),
  );
  const parsed = markSchema.safeParse(found);
  return parsed.success ? parsed.data : undefined;
}

/** One `ovs-vsctl` process answers all questions that are asked while another one runs. */
async function findBridgeRow(host: Host, name: string): Promise<BridgeRow | undefined> {
  return (await rowsByName(host)).get(name);
}

const rowsByName = coalesced(async (host) => new Map((await listBridgeRows(host)).map((row) => [row.name, row])));

async function listBridgeRows(host: Host): Promise<BridgeRow[]> {
  const [bridges, controllers, ports] = await vsctlTables(host, [
    ["--columns=name,datapath_type,external_ids,protocols,controller,ports", "list", "Bridge"],
    ["--columns=_uuid,target", "list", "Controller"],
    ["--columns=_uuid,name", "list", "Port"],
  ]);
  const targets = new Map((controllers ?? []).map((row) => [String(row._uuid), String(row.target)]));
  const portNames = new Map((ports ?? []).map((row) => [String(row._uuid), String(row.name)]));
  return (bridges ?? []).map((row) => ({
    name: String(row.name),
    datapathType: String(row.datapath_type),
    externalIds: row.external_ids as Record<string, string>,
    protocols: listOf(row.protocols).sort(),
    controller: targets.get(listOf(row.controller)[0] ?? ""),
    ports: listOf(row.ports).map((uuid) => portNames.get(uuid) ?? uuid),
  }));
}

/** Runs several commands as one transaction of the database. */
async function vsctl(host: Host, commands: readonly (readonly string[])[]): Promise<void> {
  await runVsctl(
    host,
    commands.flatMap((command) => ["--", ...command]),
  );
}

async function vsctlTables(host: Host, commands: readonly (readonly string[])[]): Promise<Record<string, unknown>[][]> {
  const stdout = await runVsctl(host, ["--format=json", ...commands.flatMap((command) => ["--", ...command])]);
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => {
      const table = JSON.parse(line) as { headings: string[]; data: unknown[][] };
      return table.data.map((row) =>
        Object.fromEntries(table.headings.map((heading, column) => [heading, fromOvsdb(row[column])])),
      );
    });
}

async function runVsctl(host: Host, args: readonly string[]): Promise<string> {
  try {
    return (await host.run(["ovs-vsctl", "--timeout=20", ...args])).stdout;
  } catch (error) {
    if (error instanceof CommandError && /database connection failed|could not be started/i.test(error.message)) {
      throw new Error(
        `Cannot talk to Open vSwitch on host "${host.name}": ${error.stderr.trim() || error.message}; start or install openvswitch-switch`,
      );
    }
    throw error;
  }
}

/** RFC 7047, section 5.1: `["set", […]]`, `["map", [[k, v], …]]`, `["uuid", "…"]`, or a scalar. */
function fromOvsdb(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [tag, content] = value as [string, unknown];
  if (tag === "set") return (content as unknown[]).map(fromOvsdb);
  if (tag === "map")
    return Object.fromEntries((content as [string, unknown][]).map(([key, item]) => [key, fromOvsdb(item)]));
  return content;
}

/** A set of one element is shown as that element. */
function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : value === "" || value === undefined ? [] : [String(value)];
}

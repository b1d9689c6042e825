import { existsSync } from "node:fs";
import { ipBatch, spawnUnshared } from "./namespaces.js";

/** Where host-init.sh puts the switch of the lab that a host belongs to. */
const inherited = "/run/lab/switch";

/** Room for a tunnel's headers around frames of 1500 bytes. */
const mtu = 1600;

/**
 * The wires of a lab: a network namespace with one bridge for management (eth0 of each host) and one for the underlay (eth1).
 */
export class Switch implements AsyncDisposable {
  readonly #remove: () => Promise<void>;

  /** @param namespace the file of its network namespace */
  constructor(
    readonly namespace: string,
    remove: () => Promise<void> = async () => {},
  ) {
    this.#remove = remove;
  }

  /** Plugs both network cards into the namespace of a process. */
  async plug(index: number, pid: number): Promise<void> {
    const card = (port: string, name: string, kind: string, bridge: string) => [
      `link add ${port} mtu ${mtu} type veth peer name ${name} mtu ${mtu} address 52:54:4c:${kind}:00:${hex(index)} netns ${pid}`,
      `link set ${port} master ${bridge} up`,
    ];
    await ipBatch(this.namespace, [
      ...card(`m-${index}`, "eth0", "00", "mgmt0"),
      ...card(`u-${index}`, "eth1", "01", "under0"),
    ]);
  }

  /** Frees both ports. The kernel takes apart the network of a dead host at its leisure, so they may be gone or not. */
  async unplug(index: number): Promise<void> {
    for (const port of [`m-${index}`, `u-${index}`])
      await ipBatch(this.namespace, [`link del ${port}`]).catch(() => {});
  }

  /** As if both cables were pulled out, or put back. */
  async setCables(index: number, state: "up" | "down"): Promise<void> {
    await ipBatch(this.namespace, [`link set m-${index} ${state}`, `link set u-${index} ${state}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }
}

export async function startSwitch(): Promise<Switch> {
  const child = spawnUnshared(["--net"], ["sh", "-c", "echo up; exec sleep infinity"], {});
  await child.line();
  const namespace = `/proc/${child.process.pid}/ns/net`;
  // forward_delay 0: a new port forwards at once
  const bridge = (name: string) =>
    `link add ${name} mtu ${mtu} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`;
  const up = ["lo", "mgmt0", "under0"].map((name) => `link set ${name} up`);
  await ipBatch(namespace, [bridge("mgmt0"), bridge("under0"), ...up]);
  return new Switch(namespace, () => child.kill());
}

let shared: Promise<Switch> | undefined;

/** The switch that this process' hosts share; one inside a lab host, they join that host's. It lasts as long as the process. */
export function sharedSwitch(): Promise<Switch> {
  shared ??= existsSync(inherited) ? Promise.resolve(new Switch(inherited)) : startSwitch();
  return shared;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}

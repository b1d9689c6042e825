import { existsSync } from "node:fs";
import { appendFile, chmod, mkdtemp, open, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultCacheDir, repository } from "../../scripts/cache.js";
import { labAvailable } from "./available.js";
import { removeLeftovers } from "./leftovers.js";
import { childOf, type Namespaced, type RunOptions, type RunResult, runIn, spawnUnshared } from "./namespaces.js";
import { keepCapabilities, prepareState, privateFolders } from "./state.js";
import { type Switch, sharedSwitch } from "./switch.js";

export interface HostOptions {
  name: string;
  libvirt?: boolean;
  openvswitch?: boolean;
  sshd?: boolean;
  /** Its place on the switch, the last number of its addresses; the next free one unless told. */
  index?: number;
  /** What it is plugged into; the process' own switch unless told. */
  switch?: Switch;
}

/** A disposable machine; see `startHost`. */
export interface LabHost extends AsyncDisposable {
  readonly name: string;
  /** On eth0, where its sshd listens; reachable from every host of the lab. */
  readonly address: string;
  /** For tunnels, free for the test to put on whatever holds eth1. */
  readonly underlayAddress: string;
  /** Of its sshd, as `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Holds the host's private folders under their own paths, such as `<stateDir>/var/lib/libvirt`. */
  readonly stateDir: string;
  /** A process outside of which `/proc/<pid>/root` is the host's root. */
  readonly pid: number;
  /** Runs a program in the host, as root. Throws when it fails, unless `check: false`. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Where a file of the host is for this process. */
  path(file: string): string;
  /** Power cycle: everything in it dies at once, its private folders stay. */
  reboot(): Promise<void>;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  /** Pulls both network cables. */
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
  stopLibvirt(): Promise<void>;
  startLibvirt(): Promise<void>;
}

const known: Host[] = [];
let nextIndex = 11;

/**
 * Starts a host: namespaces with a network, processes, mounts and a name of their own, with sshd, libvirtd and Open vSwitch
 * running inside. Hosts of one process share a switch; a process inside a lab host adds hosts next to it. A host is gone
 * when it is disposed of or when this process ends, however it ends.
 */
export async function startHost(options: HostOptions): Promise<LabHost> {
  const lab = labAvailable();
  if (!lab.available) throw new Error(`Cannot start lab host "${options.name}": ${lab.reason}`);
  await removeLeftovers();
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "pulumi-kvm-lab-")));
  await chmod(folder, 0o755); // QEMU, which is not root, must get to its files
  await writeFile(path.join(folder, "owner"), String(process.pid));
  const host = new Host(options, { folder, wires: options.switch ?? (await sharedSwitch()) });
  try {
    await prepareState(host.stateDir, host);
    host.hostKey = (await readFile(host.path("/etc/ssh/ssh_host_ed25519_key.pub"), "utf8")).split(" ", 2).join(" ");
    await host.powerOn();
    known.push(host);
    await introduce();
    return host;
  } catch (error) {
    const log = await readFile(path.join(folder, "init.log"), "utf8").catch(() => "");
    await host[Symbol.asyncDispose]();
    throw new Error(`Cannot start lab host "${options.name}": ${String(error)}\n${log}`, { cause: error });
  }
}

class Host implements LabHost {
  readonly name: string;
  readonly address: string;
  readonly underlayAddress: string;
  readonly stateDir: string;
  hostKey = "";
  pid = 0;
  readonly #folder: string;
  readonly #switch: Switch;
  readonly #index: number;
  readonly #daemons: string[];
  #init: Namespaced | undefined;

  constructor(options: HostOptions, { folder, wires }: { folder: string; wires: Switch }) {
    const { name, libvirt = true, openvswitch = true, sshd = true, index = nextIndex++ } = options;
    this.name = name;
    this.#index = index;
    this.address = `10.77.0.${index}`;
    this.underlayAddress = `10.78.0.${index}`;
    this.#folder = folder;
    this.#switch = wires;
    this.stateDir = path.join(folder, "host");
    this.#daemons = Object.entries({ libvirt, openvswitch, sshd }).flatMap(([daemon, wanted]) =>
      wanted ? [daemon] : [],
    );
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    if (this.#init === undefined)
      throw new Error(`Cannot run ${argv[0]} on lab host "${this.name}": it is powered off`);
    return runIn(this.pid, argv, { ...options, env: { TMPDIR: path.join(this.stateDir, "tmp"), ...options.env } });
  }

  path(file: string): string {
    const isPrivate = privateFolders.some((folder) => file === folder || file.startsWith(`${folder}/`));
    return isPrivate || this.pid === 0 ? path.join(this.stateDir, file) : `/proc/${this.pid}/root${file}`;
  }

  async powerOn(): Promise<void> {
    const log = await open(path.join(this.#folder, "init.log"), "a");
    const init = spawnUnshared(
      ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child=KILL"],
      ["bash", path.join(import.meta.dirname, "host-init.sh")],
      {
        log: log.fd,
        env: {
          LAB_NAME: this.name,
          LAB_STATE: this.stateDir,
          LAB_SWITCH: this.#switch.namespace,
          LAB_ADDRESS: this.address,
          LAB_PRIVATE: privateFolders.join("\n"),
          LAB_KEEP: [repository, path.resolve(process.execPath, "../.."), defaultCacheDir, this.#folder].join("\n"),
          LAB_DAEMONS: this.#daemons.join(" "),
        },
      },
    );
    this.#init = init;
    await log.close();
    await init.line(); // "born": its namespaces exist
    this.pid = await childOf(init.process.pid ?? 0);
    await this.#switch.plug(this.#index, this.pid);
    init.process.stdin?.write("plugged\n");
    await init.line(); // "ready"
  }

  async powerOff(): Promise<void> {
    // Killing unshare would do, but its child could outlive it for a moment; this way round the end means the end of all.
    if (this.#init === undefined) return;
    await this.#init.kill(this.pid === 0 ? undefined : this.pid);
    await this.#switch.unplug(this.#index);
    this.#init = undefined;
    this.pid = 0;
  }

  async reboot(): Promise<void> {
    await this.powerOff();
    await this.powerOn();
  }

  cutOff(): Promise<void> {
    return this.#switch.setCables(this.#index, "down");
  }

  reconnect(): Promise<void> {
    return this.#switch.setCables(this.#index, "up");
  }

  async stopLibvirt(): Promise<void> {
    await this.run([daemons, "stop", "libvirt"]);
  }

  async startLibvirt(): Promise<void> {
    await this.run([daemons, "start", "libvirt"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.powerOff();
    if (known.includes(this)) known.splice(known.indexOf(this), 1);
    await keepCapabilities(this.stateDir);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const daemons = path.join(import.meta.dirname, "daemons.sh");

/** Tells all hosts each other's names; a host that was started from inside another is also known to that one's ssh. */
async function introduce(): Promise<void> {
  const lines = known.map(({ name, address }) => `${address} ${name}`);
  for (const host of known) await writeFile(path.join(host.stateDir, "etc/hosts"), hostsFile(host.name, lines));
  const newest = known.at(-1);
  if (newest === undefined || !existsSync("/run/lab/switch")) return;
  await appendFile("/etc/hosts", `${newest.address} ${newest.name}\n`);
  await appendFile("/root/.ssh/known_hosts", `${newest.name},${newest.address} ${newest.hostKey}\n`);
}

function hostsFile(name: string, others: string[]): string {
  return ["127.0.0.1 localhost", `127.0.1.1 ${name}`, ...others, ""].join("\n");
}

import { messageOf } from "../errors.js";
import type { Host } from "../host/host.js";
import { listNeighbours } from "../host/neighbours.js";
import { virsh } from "../libvirt/virsh.js";
import { VirshError } from "../libvirt/virsh-session.js";
import { poll } from "../wait/poll.js";
import { type GuestAddress, type HostKey, type Login, readBanner, runInGuest } from "./ssh.js";

/** How far a guest must have come. Each includes the ones before. */
export type Milestone = "address" | "ssh" | "cloud-init";

export interface WaitRequest {
  host: Host;
  domain: string;
  until: Milestone;
  /** Seconds. */
  limit: number;
  /** MAC addresses in the order of the interfaces, with the address that is declared for each. */
  interfaces: { mac: string; address: string | undefined }[];
  login: Login | undefined;
  expectedKey: HostKey | undefined;
  signal: AbortSignal;
  progress(message: string): void;
}

export interface Readiness {
  addresses: Record<string, string[]>;
  hostKey: HostKey | undefined;
}

/** The guest did not come as far as it should. Says what was seen last. */
export class NotReadyError extends Error {}

/** Waits until the guest has reached the milestone. @throws {NotReadyError} when it has not within the limit */
export async function waitForGuest(request: WaitRequest): Promise<Readiness> {
  const { until, limit, signal } = request;
  let seen = "nothing";
  let hostKey: HostKey | undefined;
  request.progress(`waiting for ${until}`);
  const end = performance.now() + limit * 1000;
  const ready = await poll<Readiness>(
    async () => {
      const addresses = await findAddresses(request);
      const address = firstAddress(request, addresses);
      if (address === undefined) {
        seen = "no address: no DHCP lease and no answer to ARP";
        return undefined;
      }
      try {
        const reached = await reach(request, { address, port: 22 }, Math.max(1, (end - performance.now()) / 1000));
        await checkAnswerer(request, address);
        hostKey = reached ?? hostKey;
        return { addresses, hostKey };
      } catch (error) {
        const stranger = await checkAnswerer(request, address).then(() => undefined, messageOf);
        seen = `${address}: ${stranger ?? messageOf(error)}`;
        return undefined;
      }
    },
    { every: 0.25, limit, signal },
  );
  if (ready === undefined) throw new NotReadyError(await explain(request, seen));
  return ready;
}

/** @throws when the guest is not that far within `left` seconds */
async function reach(request: WaitRequest, target: GuestAddress, left: number): Promise<HostKey | undefined> {
  const { host, until, login, signal } = request;
  if (until === "address") return answers(host, target);
  await readBanner(host, target, 2);
  if (login === undefined) return undefined;
  const common = { expected: request.expectedKey, signal };
  if (until === "ssh") {
    return (await runInGuest(host, target, login, { ...common, command: "true", timeout: Math.min(10, left) })).hostKey;
  }
  const command = "cloud-init status --wait";
  const result = await runInGuest(host, target, login, { ...common, command, timeout: left });
  // 2 is "done, with recoverable errors" since cloud-init 23.4.
  if (result.exitCode === 0 || (result.exitCode === 2 && result.stdout.includes("done"))) return result.hostKey;
  throw new Error(`cloud-init ended with ${result.exitCode}: ${(result.stdout || result.stderr).trim().slice(0, 300)}`);
}

/** An address says nothing about who has it. @throws when the host knows it by a MAC address that is not the guest's */
async function checkAnswerer({ host, interfaces }: WaitRequest, address: string): Promise<void> {
  const answerer = (await listNeighbours(host)).find((neighbour) => neighbour.address === address);
  if (answerer !== undefined && !interfaces.some(({ mac }) => mac === answerer.mac)) {
    throw new Error(`another machine has this address, its MAC address is ${answerer.mac}`);
  }
}

/** A refused connection is an answer too: the guest's network is up. */
async function answers(host: Host, { address, port }: GuestAddress): Promise<undefined> {
  try {
    (await host.dial(address, port, 2)).destroy();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ECONNREFUSED")) throw error;
  }
  return undefined;
}

/** Declared addresses, else what DHCP handed out or the host's neighbour table has seen. By MAC address. */
export async function findAddresses(
  request: Pick<WaitRequest, "host" | "domain" | "interfaces">,
): Promise<Record<string, string[]>> {
  const { host, domain, interfaces } = request;
  const undeclared = interfaces.some((nic) => nic.address === undefined);
  const seen = undeclared ? await addressesSeen(host, domain) : new Map<string, string[]>();
  return Object.fromEntries(
    interfaces.map(({ mac, address }) => [mac, address === undefined ? (seen.get(mac) ?? []) : [address]]),
  );
}

/** Leases of libvirt's networks, then what the host's neighbour table knows. libvirt's own look into that table fails when it is empty. */
async function addressesSeen(host: Host, domain: string): Promise<Map<string, string[]>> {
  const [leases, neighbours] = await Promise.all([
    virsh(host)
      .find("domifaddr", domain, "--source", "lease")
      .catch((error: unknown) => {
        // A guest that has ended meanwhile has no addresses.
        if (error instanceof VirshError && error.said.includes("domain is not running")) return undefined;
        throw error;
      }),
    listNeighbours(host),
  ]);
  const leased = [...(leases ?? "").matchAll(/((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+ipv4\s+([\d.]+)/g)];
  const found = new Map<string, string[]>();
  for (const { mac, address } of [...leased.map(([, mac = "", address = ""]) => ({ mac, address })), ...neighbours]) {
    const known = found.get(mac) ?? [];
    if (!known.includes(address)) found.set(mac, [...known, address]);
  }
  return found;
}

function firstAddress(request: WaitRequest, addresses: Record<string, string[]>): string | undefined {
  return request.interfaces.map((nic) => addresses[nic.mac]?.[0]).find((address) => address !== undefined);
}

async function explain({ host, domain, until, limit, interfaces }: WaitRequest, seen: string): Promise<string> {
  const state = (await virsh(host).find("domstate", domain).catch(messageOf))?.trim() ?? "gone";
  const macs = interfaces.map((nic) => nic.mac).join(", ") || "none";
  return `Domain "${domain}" on host "${host.name}" has not reached "${until}" within ${limit} s: its state is "${state}", last seen: ${seen}, interfaces: ${macs}`;
}

import type { Operation } from "../definition.js";
import { CreatedButBroken } from "../errors.js";
import { findAddresses, NotReadyError, type Readiness, waitForGuest } from "../guest/readiness.js";
import type { Host } from "../host/host.js";
import { observeDomain } from "../libvirt/domains.js";
import type { DomainArgs, DomainState } from "../resources/domain.js";
import { consolePath } from "./define.js";
import { observedArgs } from "./observed-args.js";

export type CheckedArgs = DomainArgs & { name: string; uuid: string };

/** Waits as far as declared, and answers the fresh state. @throws {CreatedButBroken} when the guest does not come that far */
export async function settle(
  host: Host,
  args: CheckedArgs,
  { wait, expectedKey }: { wait: boolean; expectedKey: string | undefined },
  context: Operation<DomainArgs, DomainState>["context"],
): Promise<DomainState> {
  const interfaces = (args.interfaces ?? []).map(({ mac, address }) => ({ mac: mac ?? "", address }));
  const { waitFor, name: domain } = args;
  const addresses = args.running ? await findAddresses({ host, domain, interfaces }) : {};
  if (waitFor === undefined || !args.running || !wait) {
    return freshState(host, args, true, { addresses, hostKey: expectedKey });
  }
  try {
    const { until, limit } = waitFor;
    const request = { host, domain, until, limit, interfaces, login: args.login, expectedKey, ...context };
    return await freshState(host, args, true, await context.idle(() => waitForGuest(request)));
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
    const state = await freshState(host, args, false, { addresses, hostKey: undefined });
    throw new CreatedButBroken(`${error.message}; ${await consoleTail(host, domain)}`, { ...state });
  }
}

async function freshState(host: Host, args: CheckedArgs, ready: boolean, readiness: Readiness): Promise<DomainState> {
  const found = await observeDomain(host, args.name);
  const observed = found === undefined ? {} : await observedArgs(host, found, args);
  const powerState = found?.powerState ?? "gone";
  return {
    ...args,
    ...observed,
    ...reached(args, readiness),
    ready,
    powerState,
    console: consolePath(host, args.name),
  };
}

function reached(
  args: CheckedArgs,
  { addresses, hostKey }: Readiness,
): Pick<DomainState, "addresses" | "address" | "connection" | "hostKey"> {
  const byName = Object.fromEntries((args.interfaces ?? []).map((nic) => [nic.name, addresses[nic.mac ?? ""] ?? []]));
  const address = Object.values(byName).flat()[0];
  return {
    addresses: byName,
    ...(address === undefined ? {} : { address }),
    ...(address === undefined || args.login === undefined ? {} : { connection: { host: address, ...args.login } }),
    ...(hostKey === undefined ? {} : { hostKey }),
  };
}

async function consoleTail(host: Host, domain: string): Promise<string> {
  const path = consolePath(host, domain);
  const size = (await host.stat(path))?.size ?? 0;
  const data = await host.readFile(path, { position: Math.max(0, size - 2000), length: 2000 });
  const lines = (data?.toString("utf8") ?? "").split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return `its console ${path} is empty`;
  return `the last lines of its console ${path}: ${lines.slice(-3).join(" | ")}`;
}

import { parse } from "../schema.js";
import { connectionSchema, type HostConnection } from "./connection.js";
import type { Host } from "./host.js";
import { localHost } from "./local.js";

const connected = new Map<string, Host>();
let overrides: Record<string, unknown> = {};

/**
 * The connection to a host, shared by all operations of the process.
 *
 * The stack's configuration `kvm:hosts` (a map from a host's name to connection fields) overrides what a resource has
 * stored: a host that has moved must be reachable before the program runs.
 */
export function connectHost(stored: HostConnection): Host {
  const connection = withOverride(stored);
  const key = JSON.stringify(connection);
  const known = connected.get(key);
  if (known !== undefined) return known;
  const host = localHost(connection);
  connected.set(key, host);
  return host;
}

function withOverride(stored: HostConnection): HostConnection {
  const override = overrides[stored.name];
  if (override === undefined) return stored;
  const merged = parse(connectionSchema, { ...stored, ...(override as object) });
  if ("value" in merged) return merged.value;
  const reasons = merged.failures.map((failure) => `${failure.property}: ${failure.reason}`).join(", ");
  throw new TypeError(`Cannot use kvm:hosts for host "${stored.name}": ${reasons}`);
}

/** Takes the stack's configuration value `kvm:hosts`, a JSON object. */
export function configureHosts(value: string | undefined): void {
  if (value === undefined || value === "") {
    overrides = {};
    return;
  }
  const parsed: unknown = JSON.parse(value);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new TypeError("Cannot use kvm:hosts: it is not an object, it must map names of hosts to connection fields");
  }
  overrides = parsed as Record<string, unknown>;
}

export function closeHosts(): void {
  for (const host of connected.values()) host.close();
  connected.clear();
}

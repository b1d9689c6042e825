import type { OperationOptions } from "../engine/operations/options.js";
import { readStack } from "../engine/operations/read-stack.js";
import type { ResourceState } from "../engine/state/resource.js";
import { toPlain } from "../engine/values/plain.js";
import { messageOf } from "../provider/errors.js";
import { connectionSchema, type HostConnection } from "../provider/host/connection.js";
import { connectHost } from "../provider/host/connections.js";
import { snapshotNames } from "../provider/libvirt/snapshots.js";

export interface ListedSnapshots {
  /** For people; none when there are no snapshots. */
  lines: string[];
  /** Whether something would be lost, or might be: a host that cannot be asked may have some. */
  lost: boolean;
}

/** The snapshots of a stack's domains, which go with them. */
export async function listSnapshots(
  options: Pick<OperationOptions, "project" | "stack" | "env" | "cwd">,
  isDomain: (resource: { type: string }) => boolean,
): Promise<ListedSnapshots> {
  const { resources } = await readStack({ ...options, showSecrets: true });
  const domains = resources.filter((state) => isDomain(state) && !state.external && !state.pendingReplacement);
  const lines = (await Promise.all(domains.map(snapshotsOf))).filter((line) => line !== undefined);
  return { lines, lost: lines.length > 0 };
}

async function snapshotsOf({ outputs }: ResourceState): Promise<string | undefined> {
  const { name, host } = toPlain(outputs) as { name?: string; host?: unknown };
  try {
    const connection: HostConnection = connectionSchema.parse(host ?? {});
    const names = await snapshotNames(connectHost(connection), name ?? "");
    return names.length === 0 ? undefined : `Snapshots of domain "${name}" go with it: ${names.join(", ")}`;
  } catch (error) {
    return `Snapshots of domain "${name}" cannot be listed; if there are any, they go with it: ${messageOf(error)}`;
  }
}

import type { Host } from "../host/host.js";
import { virsh } from "./virsh.js";

/** The names of a domain's snapshots, oldest first; none if there is no such domain. */
export async function snapshotNames(host: Host, domain: string): Promise<string[]> {
  const list = await virsh(host).find("snapshot-list", domain, "--name", "--topological");
  return (list ?? "").split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

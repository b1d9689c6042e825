import { randomBytes } from "node:crypto";
import type { Host } from "../host/host.js";
import { virsh } from "./virsh.js";

/** Gives virsh a document in a file of ours (0600: it may hold passwords) and removes it again. */
export async function withDocument<T>(host: Host, xml: string, work: (path: string) => Promise<T>): Promise<T> {
  const path = `${host.paths.work}/${randomBytes(8).toString("hex")}.xml`;
  await host.writeFile(path, xml, { mode: 0o600 });
  try {
    return await work(path);
  } finally {
    await host.removeFile(path);
  }
}

/** `define` of a domain or `net-define` of a network: makes it, or changes the stored definition. */
export function define(host: Host, command: "define" | "net-define", xml: string): Promise<string> {
  return withDocument(host, xml, (path) => virsh(host).run(command, path));
}

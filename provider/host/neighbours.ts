import { coalesced } from "./coalesced.js";

export interface Neighbour {
  mac: string;
  /** IPv4. */
  address: string;
}

/** Who has answered to the host, by the kernel's neighbour table. */
export const listNeighbours = coalesced(async (host) => {
  const { stdout } = await host.run(["ip", "-4", "-j", "neighbour", "show"]);
  const entries = JSON.parse(stdout === "" ? "[]" : stdout) as { dst?: string; lladdr?: string; state?: string[] }[];
  return entries.flatMap(({ dst, lladdr, state = [] }): Neighbour[] =>
    dst === undefined || lladdr === undefined || state.includes("FAILED") ? [] : [{ mac: lladdr, address: dst }],
  );
});

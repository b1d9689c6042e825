import { z } from "zod";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import { connectionSchema } from "../host/connection.js";
import { type HostFacts, hostFacts, hostIdentity } from "../host/facts.js";
import { live } from "../schema.js";
import { ownedArgs } from "./common.js";

export const hostArgs = z.strictObject({
  ...ownedArgs,
  connection: live(connectionSchema.prefault({})).describe("How the host is reached"),
});

export type HostArgs = z.infer<typeof hostArgs>;

export interface HostState extends HostArgs {
  /** Random, kept in the host's store: tells one machine from another whatever its address. */
  hostId: string;
  facts: HostFacts;
}

/** A reachable hypervisor. Nothing is made on it but its store; deleting it leaves the store. */
export const host = {
  type: "Host",
  args: hostArgs,
  deleteBeforeReplace: false,
  id: (state) => state.hostId,
  async reconcile({ args, host: connect, context }: Operation<HostArgs, HostState>): Promise<HostState> {
    const reached = await connect();
    const [hostId, facts] = await Promise.all([hostIdentity(reached), hostFacts(reached, context.signal)]);
    if (!facts.accelerators.includes("kvm")) {
      context.log(
        "info",
        `host "${reached.name}" has no working KVM (${facts.kvm}): guests are emulated, which is slow`,
      );
    }
    return { ...args, hostId, facts };
  },
  async read({ state, host: connect, context }: ReadOperation<HostState>): Promise<HostState> {
    const reached = await connect();
    const [hostId, facts] = await Promise.all([hostIdentity(reached), hostFacts(reached, context.signal)]);
    return { ...state, hostId, facts };
  },
  async delete() {},
} satisfies ResourceDefinition<HostArgs, HostState>;

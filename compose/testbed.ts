import * as pulumi from "@pulumi/pulumi";
import type { Domain, HostInput, KeyPair } from "../sdk/index.js";
import { build } from "./build.js";
import { formatDiagnostics } from "./diagnostics.js";
import type { Kinds } from "./kind.js";
import { defaultKinds } from "./kinds.js";
import { load } from "./load.js";
import { makePlan } from "./plan.js";

export interface TestbedArgs {
  /** The file, from the program's folder. Default `kvm-compose.yaml`. */
  file?: string;
  /** Where everything is made. Default: what the file says, else the machine that runs the program. */
  host?: HostInput;
  /** Seconds that a guest may take until it answers. Default 300. */
  waitLimit?: number;
  /** Kinds of hosts, networks, machines and disks. Default: those that come with the package. */
  kinds?: Kinds;
}

/** A guest as the testbed's outputs show it. */
export interface TestbedGuest {
  name: string;
  domain: string;
  user: string;
  address: string | undefined;
  state: string;
}

type Connection = pulumi.Unwrap<Domain["connection"]>;

/**
 * Everything that a kvm-compose file describes.
 *
 * ```typescript
 * const lab = new Testbed("lab", { file: "kvm-compose.yaml" });
 * export const guests = lab.guests;
 * ```
 */
export class Testbed extends pulumi.ComponentResource {
  readonly guests: pulumi.Output<TestbedGuest[]>;
  /** By the name of the guest, for `@pulumi/command`. Secret. */
  readonly connections: pulumi.Output<Record<string, Connection>>;
  /** Lets into every guest. */
  readonly keyPair: KeyPair;

  /** @throws {pulumi.RunError} with everything that is wrong with the file */
  constructor(name: string, args: TestbedArgs = {}, options?: pulumi.ComponentResourceOptions) {
    const { file = "kvm-compose.yaml", host, waitLimit = 300, kinds = defaultKinds } = args;
    const stack = { project: pulumi.getProject(), stack: pulumi.getStack() };
    const { model, diagnostics, ...around } = load(file, { project: stack.project, kinds });
    if (model === undefined) {
      throw new pulumi.RunError(`Cannot make a testbed of ${file}:\n${formatDiagnostics(diagnostics)}`);
    }
    super("kvm:index:Testbed", name, {}, options);
    if (diagnostics.length > 0) void pulumi.log.warn(formatDiagnostics(diagnostics), this);
    const plan = makePlan(model, stack, around);
    const built = build(plan, { name, parent: this, kinds, host, waitLimit });
    this.keyPair = built.keyPair;
    this.guests = pulumi.all(
      built.guests.map(({ guest, outputs: { connection: _, ...shown } }) =>
        pulumi.output({ name: guest.name, ...shown }),
      ),
    );
    this.connections = pulumi.secret(
      Object.fromEntries(
        built.guests.flatMap(({ guest, outputs: { connection } }) => (connection ? [[guest.name, connection]] : [])),
      ),
    ) as pulumi.Output<Record<string, Connection>>;
    this.registerOutputs({ guests: this.guests, connections: this.connections });
  }
}

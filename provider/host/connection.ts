import { z } from "zod";

/** How a host is reached, as it is stored in every resource on it. Kinds of hosts differ in `kind`; so far `local`. */
export const connectionSchema = z.strictObject({
  kind: z.literal("local").default("local").describe("`local`: the machine that runs the program"),
  name: z.string().min(1).default("local").describe("What messages call the host"),
  store: z
    .string()
    .regex(/^\/[^\0]*$/, "must be an absolute path")
    .default("/var/lib/pulumi-kvm")
    .describe("Folder on the host for images, disks and seeds; made when it is missing"),
  uri: z.string().min(1).default("qemu:///system").describe("libvirt connection URI, as seen on the host"),
});

export type HostConnection = z.infer<typeof connectionSchema>;

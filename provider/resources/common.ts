import { z } from "zod";
import { connectionSchema } from "../host/connection.js";
import { ownerSchema } from "../owner.js";
import { live, noImpact, replace } from "../schema.js";

/** The args of everything that has an owner. Users set `adopt` and `name`; the SDK and `check` fill the rest. */
export const ownedArgs = {
  owner: live(ownerSchema).describe("Who declares the resource; set by the SDK"),
  incarnation: noImpact(z.string()).describe("Random, new for each replacement; set by `check`"),
};

/** The args of everything that lives on a host. */
export const hostedArgs = {
  ...ownedArgs,
  host: live(connectionSchema.prefault({})).describe("The host; default: the machine that runs the program"),
  adopt: noImpact(z.boolean().optional()).describe("Take over what exists under this name although it is not ours"),
};

/** The physical name on the host. */
export const nameArg = replace(
  z
    .string()
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
      "must be letters, digits, `_`, `.`, `-`, not begin with `-` or `.`, and have at most 100 characters",
    ),
).describe("Physical name; default `<project>-<stack>-<name>`");

export const macSchema = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, "must be a MAC address in lower case such as 52:54:00:12:34:56")
  .refine((mac) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0, "must be a unicast address");

export const absolutePath = z.string().regex(/^\/[^\0\n]*$/, "must be an absolute path");

/** A file that a disk can stand on, with everything beneath it. */
export const backingSchema = z.strictObject({ path: absolutePath, format: z.enum(["qcow2", "raw"]) });

export const diskReferenceSchema = z.strictObject({
  path: absolutePath,
  format: z.enum(["qcow2", "raw"]),
  /** From the nearest to the deepest. */
  backing: z.array(backingSchema).default([]),
});

export type DiskReference = z.infer<typeof diskReferenceSchema>;

export const bridgeReferenceSchema = z.strictObject({
  name: z.string().min(1).max(15),
  kind: z.enum(["linux", "openvswitch"]),
  /** Present for bridges that are declared; a re-made bridge is another one, so that guests on it are plugged in again. */
  incarnation: z.string().optional(),
});

export const networkReferenceSchema = z.strictObject({
  name: z.string().min(1),
  incarnation: z.string().optional(),
});

import { z } from "zod";
import { live, noImpact, replace, restart } from "../schema.js";
import {
  absolutePath,
  bridgeReferenceSchema,
  diskReferenceSchema,
  hostedArgs,
  macSchema,
  nameArg,
  networkReferenceSchema,
} from "./common.js";

const deviceName = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, "must be letters, digits, `_` or `-`");

export const domainArgs = z.strictObject({
  ...hostedArgs,
  name: replace(nameArg.optional()),
  uuid: replace(z.uuid().optional()).describe("Derived from owner and incarnation by default"),
  description: live(z.string().optional()),
  vcpus: restart(z.int().min(1).max(1024).optional()).describe("Default 1"),
  memory: restart(z.int().min(1).optional()).describe("MiB. Default 512"),
  machine: restart(z.enum(["q35", "pc"]).optional()).describe("Machine type of QEMU. Default q35"),
  accelerator: restart(z.enum(["auto", "kvm", "tcg"]).default("auto")).describe(
    "`auto` takes KVM where it works, which the host was probed for, else QEMU's own emulation (TCG)",
  ),
  disks: restart(
    z
      .array(
        z.strictObject({
          name: deviceName,
          source: diskReferenceSchema,
          bus: z.enum(["virtio", "scsi", "sata", "ide"]).default("virtio"),
          readonly: z.boolean().default(false),
        }),
      )
      .optional(),
    "name",
  ).describe("The first one is booted from"),
  seed: restart(absolutePath.optional()).describe("Path of a NoCloud image"),
  interfaces: live(
    z
      .array(
        z.strictObject({
          name: deviceName,
          bridge: bridgeReferenceSchema.optional(),
          network: networkReferenceSchema.optional(),
          mac: macSchema.optional(),
          model: z
            .string()
            .regex(/^[a-z0-9-]+$/)
            .default("virtio"),
          address: noImpact(z.string().optional()).describe(
            "The address that the seed gives the guest, for finding it",
          ),
        }),
      )
      .optional(),
    "name",
  ).describe("Plugged in, re-plugged and unplugged while the guest runs"),
  running: live(z.boolean().default(true)).describe("Running or off, as declared"),
  autostart: live(z.boolean().default(false)).describe("Start with the host"),
  shutdownGrace: noImpact(z.number().min(0).default(30)).describe(
    "Seconds that the guest gets to shut down before its power is cut",
  ),
  waitFor: noImpact(
    z
      .strictObject({
        until: z.enum(["address", "ssh", "cloud-init"]),
        limit: z.number().positive().default(300),
      })
      .optional(),
  ).describe("How far the guest must have come before the domain counts as created; `limit` in seconds"),
  login: live(
    z.strictObject({ user: z.string().min(1).default("root"), privateKey: z.string().min(1) }).optional(),
  ).describe("How to log in to the guest. Secret"),
  xml: restart(z.string().min(1).optional()).describe("A whole libvirt document instead of the properties above"),
});

export type DomainArgs = z.infer<typeof domainArgs>;

export interface DomainState extends DomainArgs {
  name: string;
  uuid: string;
  /** What runs now, where that differs from what is stored for the next start. */
  live?: { vcpus: number; memory: number };
  /** In libvirt's words: `running`, `shut off`, … */
  powerState: string;
  /** Whether `waitFor` was reached since the last start. */
  ready: boolean;
  /** Addresses by interface name. */
  addresses: Record<string, string[]>;
  /** The first address. */
  address?: string;
  /** For `@pulumi/command`: host, user, privateKey. Secret. */
  connection?: { host: string; user: string; privateKey: string };
  /** The guest's ssh key as seen at its first answer, `ssh-ed25519 AAAA…`. */
  hostKey?: string;
  /** File on the host that the serial console is logged to. */
  console: string;
}

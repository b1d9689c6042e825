import type { DiskKind } from "../kind.js";
import { type Fields, flag, notYet, oneOf, type Shape, text } from "../reader.js";
import { checkFileExists, checkVariables, expand, localPath } from "./local-file.js";

const shape = {
  path: text,
  // The format is read from the file: the key is checked and not needed.
  driver_type: oneOf(["raw", "qcow2"]).optional(),
  device_type: oneOf(["disk", "cdrom"]).optional(),
  readonly: flag.optional(),
  create_deep_copy: notYet("guests get a linked copy, the disk itself is never written to"),
} satisfies Shape;

/** A disk that somebody installed. It is imported as an image and guests write to a linked copy. */
export const existingDisk: DiskKind<Fields<typeof shape>> = {
  key: "existing_disk",
  read: (value, path, reader) => reader.object(shape, value, path),

  check({ path: disk, device_type: device }, path, context) {
    if (disk !== undefined && checkVariables(disk, [...path, "path"], context)) {
      checkFileExists(expand(disk, context), { path: [...path, "path"], what: "the disk" }, context);
    }
    if (device === "cdrom") {
      context.report.error("not-yet", [...path, "device_type"], "device_type cdrom is not supported yet: use disk");
    }
  },

  plan({ path: disk = "", readonly }, context) {
    const source = localPath(expand(disk, context), context);
    // Whether there is cloud-init on the disk, and so anybody who knows our key, cannot be told from outside.
    return { image: context.image({ source }), readonly: readonly ?? false, answers: false };
  },
};

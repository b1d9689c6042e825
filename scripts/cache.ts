import { statSync } from "node:fs";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "..");

/**
 * What the project's scripts and tests keep between runs; deleting it costs time only. Root leaves nothing in another
 * user's checkout, which that user could not remove.
 */
export const defaultCacheDir =
  process.getuid?.() === 0 && statSync(repository).uid !== 0
    ? "/var/cache/pulumi-kvm"
    : path.join(repository, "node_modules/.cache/pulumi-kvm");

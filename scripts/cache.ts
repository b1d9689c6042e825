import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "..");

/** What the project's scripts and tests keep between runs; deleting it costs time only. */
export const defaultCacheDir = path.join(repository, "node_modules/.cache/pulumi-kvm");

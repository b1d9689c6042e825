import { posix } from "node:path";

/** Every file and folder that we make on a host. */
export interface StorePaths {
  root: string;
  /** The random identity of the host: machine ids get cloned, addresses move. */
  id: string;
  /** What probing the host found, so that it is probed once a boot. */
  facts: string;
  /** Base images, named by the digest of their content, read-only, each with a manifest `<digest>.json`. */
  images: string;
  /** Disks of guests: overlays and copies, each with a manifest `<file>.json`. */
  disks: string;
  /** NoCloud seed images, mode 0600, each with a manifest. */
  seeds: string;
  /** Manifests of kernel links, which have no room for an owner of their own. */
  links: string;
  /** Serial console logs of guests. */
  consoles: string;
  /** Downloads and definitions under way; safe to empty when nothing runs. */
  work: string;
  /** Lock files for flock(1). */
  locks: string;
}

export function storePaths(root: string): StorePaths {
  const at = (name: string) => posix.join(root, name);
  return {
    root,
    id: at("host-id"),
    facts: at("facts.json"),
    images: at("images"),
    disks: at("disks"),
    seeds: at("seeds"),
    links: at("links"),
    consoles: at("consoles"),
    work: at("work"),
    locks: at("locks"),
  };
}

import { z } from "zod";
import { ForeignError } from "./errors.js";

/** Who declares a thing: the resource's URN, and the realm that tells two people's equal stacks apart. */
export const ownerSchema = z.strictObject({
  urn: z.string().min(1),
  realm: z.string().min(1),
});

export type Owner = z.infer<typeof ownerSchema>;

/** What is written on the thing itself (libvirt metadata, external_ids, link alias, manifest beside a file). */
export const markSchema = ownerSchema.extend({
  /** Random, new for each replacement: `delete` of an old incarnation never hits the new thing. */
  incarnation: z.string(),
  /** ISO 8601 time of the marking. */
  since: z.string(),
});

export type Mark = z.infer<typeof markSchema>;

export interface Claim {
  /** For messages: `domain "web" on host "local"`. */
  what: string;
  owner: Owner;
  /** The owner in the state, when the resource was renamed or moved. */
  previous?: Owner | undefined;
  /** Take over whatever is there. */
  adopt: boolean | undefined;
  /** The thing is the very one that the state describes (by its uuid or stamp), even if its mark has been lost. */
  isKnown?: boolean;
}

/**
 * Decides whether an existing thing may be taken as ours: same URN and realm (an interrupted run, a lost state), the owner
 * it had before a rename, or `adopt: true`.
 * @throws {ForeignError} for everything else, saying whose it is and since when
 */
export function claim(found: Mark | undefined, wanted: Claim): void {
  if (wanted.adopt === true || (found === undefined && wanted.isKnown === true)) return;
  if (found !== undefined && (isSameOwner(found, wanted.owner) || isSameOwner(found, wanted.previous))) return;
  const whose =
    found === undefined
      ? "it exists already and carries no owner mark"
      : `it belongs to ${found.urn} of realm "${found.realm}" since ${found.since}`;
  throw new ForeignError(
    `Cannot create ${wanted.what}: ${whose}; choose another name, remove it, or take it over with adopt: true`,
  );
}

/**
 * The identity as it was observed, for `read`. A lost mark is shown as drift, for without it the thing could not be deleted;
 * another incarnation of the same owner is ours and is taken over, so that it can be.
 */
export function observedIdentity(
  found: Mark | undefined,
  known: { owner: Owner; incarnation: string },
): { owner: Owner; incarnation: string } {
  if (found === undefined) return { owner: { urn: "", realm: known.owner.realm }, incarnation: known.incarnation };
  return { owner: { urn: found.urn, realm: found.realm }, incarnation: found.incarnation };
}

/** Whether the thing found is the very one that the state describes. Only then may it be deleted. */
export function isOurs(found: { incarnation?: string | undefined } | undefined, incarnation: string): boolean {
  return found?.incarnation === incarnation;
}

/** Whether the mark names this URN and realm, of whatever incarnation. */
export function isSameOwner(mark: Mark, owner: Owner | undefined): boolean {
  return owner !== undefined && mark.urn === owner.urn && mark.realm === owner.realm;
}

/** The mark to write. An existing one keeps its time. */
export function makeMark(owner: Owner, incarnation: string, found?: Mark): Mark {
  return { ...owner, incarnation, since: found?.since ?? new Date().toISOString() };
}

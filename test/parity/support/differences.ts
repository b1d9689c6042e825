import type { Observation } from "./observe.js";

/**
 * What the embedded engine does otherwise, and means to. Each has a test of its own in `differences.test.ts`; here is how
 * it is left out of account where it shows in passing.
 */
export const DIFFERENCES = {
  /** Pulumi never forgets an interrupted creation, even when it was completed; and what check chose then is not chosen again. */
  "interrupted creations": (observation) => ({
    ...observation,
    asked: observation.asked.map((line) => line.replace(/^(check \S+) .* -> /, "$1 ")),
    pending: observation.pending.filter((line) => !line.startsWith("creating ")),
  }),
  /** A handler is not asked what the answer to changes nothing; reads begin all at once. Calls that do something stay. */
  "asked otherwise": (observation) => ({ ...observation, asked: [] }),
  /** What changes nothing, or ends at once, leaves no entry. */
  "no history": (observation) => ({ ...observation, history: [] }),
  /** Told to expect no changes, it makes none: not even to the stack's outputs. */
  "changes nothing": (observation) => ({ ...observation, state: [], history: [] }),
  /** What has to come back with a target is made of what is declared now; Pulumi makes it of what was. */
  "followers get what is new": (observation) => ({ ...observation, asked: [], calls: [], things: [], state: [] }),
  /** What a killed run did is in a journal, which the next run takes into the state. */
  journal: (observation) => ({ ...observation, state: [], pending: [], history: [] }),
  /** A preview shows all it can, whatever is wrong with single resources; Pulumi's ends at the first. */
  "previews that go on": (observation) => ({ ...observation, asked: [], plan: "" }),
} satisfies Record<string, (observation: Observation) => Observation>;

export type DifferenceName = keyof typeof DIFFERENCES;

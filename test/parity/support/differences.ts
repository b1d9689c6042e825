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
  /** What a killed run did is in a journal, which the next run takes into the state. */
  journal: (observation) => ({ ...observation, state: [], pending: [], history: [] }),
  /** A preview shows all it can, whatever is wrong with single resources; Pulumi's ends at the first. */
  "previews that go on": (observation) => ({ ...observation, asked: [], plan: "" }),
} satisfies Record<string, (observation: Observation) => Observation>;

export type DifferenceName = keyof typeof DIFFERENCES;

import type { Deletion } from "./delete.js";
import type { Step } from "./step.js";

/** What a registration leads to: first deletions that make room, then steps one after another. */
export interface Plan {
  deletions: Deletion[];
  steps: Step[];
  /** Whether the resource's outputs come in a message of their own. */
  component: boolean;
}

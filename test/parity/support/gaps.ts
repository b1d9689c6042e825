/**
 * Stories of which the embedded engine does not yet make what Pulumi does, with what it does otherwise. They are told all
 * the same, and count as work that is left.
 */
export const GAPS: Record<string, string> = {};

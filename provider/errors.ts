import type { InitializationFailure, Properties } from "./handler.js";

/**
 * The thing exists but is not healthy (a guest that never answered). Id and state are kept, so that the next `up` repairs
 * it instead of leaking it.
 */
export class CreatedButBroken extends Error implements InitializationFailure {
  id = "";
  reasons: string[];
  declare properties: Properties;

  /** @param state the observed state, as `reconcile` would have returned it */
  constructor(message: string, state: Properties) {
    super(message);
    this.name = "CreatedButBroken";
    // Not enumerable: whoever prints the error must not print the secrets in the state.
    Object.defineProperty(this, "properties", { value: state, writable: true, enumerable: false });
    this.reasons = [message];
  }
}

/** Something of that name is there and is not ours to touch. */
export class ForeignError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ForeignError";
  }
}

/** Our own mistake, not the user's and not the host's. */
export class ProviderBug extends Error {
  constructor(message: string) {
    super(`${message}: this is a defect of pulumi-kvm, please report it`);
    this.name = "ProviderBug";
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

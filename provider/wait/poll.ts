import { setTimeout as sleep } from "node:timers/promises";

export interface PollOptions {
  /** Seconds between two tries. */
  every: number;
  /** Seconds for all tries together. */
  limit: number;
  signal: AbortSignal;
}

/**
 * Asks until there is an answer. The only place that sleeps.
 * @returns `undefined` when the limit passed without one
 * @throws what `ask` throws, and the signal's reason when it is aborted
 */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  { every, limit, signal }: PollOptions,
): Promise<T | undefined> {
  const end = performance.now() + limit * 1000;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(every * 1000, left), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

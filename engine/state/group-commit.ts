/**
 * Lets many callers share few writes: never more than one is in flight, and whoever asks meanwhile waits for the next one,
 * which starts after the call and so contains what the caller changed before it.
 */
export function groupCommit(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    const attempt = write().finally(() => {
      running = undefined;
    });
    running = attempt;
    return attempt;
  }

  return function commit(): Promise<void> {
    if (running === undefined) return start();
    // A failed write is its own callers' concern; the next one tries again.
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}

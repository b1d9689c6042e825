import type { Host } from "./host.js";

/**
 * Asks a host one question at a time: whoever asks while an answer is under way shares the next one. So an answer is never
 * older than the question, and any number of questions costs two processes at a time of one.
 */
export function coalesced<T>(ask: (host: Host) => Promise<T>): (host: Host) => Promise<T> {
  const running = new WeakMap<Host, Promise<unknown>>();
  const next = new WeakMap<Host, Promise<T>>();
  return (host) => {
    const waiting = next.get(host);
    if (waiting !== undefined) return waiting;
    // Questions of the same moment are asked together even when none is under way.
    const turn = running.get(host) ?? new Promise((resolve) => setImmediate(resolve));
    const answer = turn
      .catch(() => undefined)
      .then(() => {
        next.delete(host);
        const work = ask(host);
        running.set(host, work);
        const done = () => void (running.get(host) === work && running.delete(host));
        work.then(done, done);
        return work;
      });
    next.set(host, answer);
    return answer;
  };
}

import type { Host } from "../host/host.js";
import { startVirshSession, VirshError, type VirshSession } from "./virsh-session.js";

/** libvirt works on several domains at once, a virsh process on one: this many go in parallel. */
const SESSIONS_PER_HOST = 4;

export interface Virsh {
  /** @throws {VirshError} */
  run(...args: string[]): Promise<string>;
  /** Like `run`, but a thing that libvirt does not know is `undefined`. */
  find(...args: string[]): Promise<string | undefined>;
}

const pools = new WeakMap<Host, Virsh>();

/** The virsh sessions of a host, shared by all operations. */
export function virsh(host: Host): Virsh {
  const known = pools.get(host);
  if (known !== undefined) return known;
  const made = startPool(host);
  pools.set(host, made);
  return made;
}

function startPool(host: Host): Virsh {
  const idle: VirshSession[] = [];
  const waiting: (() => void)[] = [];
  let count = 0;

  async function take(): Promise<VirshSession> {
    for (;;) {
      const session = idle.pop();
      if (session?.alive === true) return session;
      if (session !== undefined) count -= 1;
      else if (count < SESSIONS_PER_HOST) {
        count += 1;
        return startVirshSession(host);
      } else await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  async function run(...args: string[]): Promise<string> {
    const session = await take();
    try {
      return await session.run(args);
    } finally {
      if (session.alive) idle.push(session);
      else count -= 1;
      waiting.shift()?.();
    }
  }

  return {
    run,
    find: (...args) =>
      run(...args).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      }),
  };
}

/** The only place that knows how libvirt says "there is no such thing". */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof VirshError &&
    /failed to get (domain|network) '|(Domain|Network) not found|no (domain|network) with matching/.test(error.said)
  );
}

import type { OperationContext } from "./handler.js";

/** What an operation works with when the engine lends nothing, as Pulumi's does in front of a dynamic provider. */
export interface Standalone {
  context: Required<OperationContext>;
  done(): void;
}

let controller: AbortController | undefined;
let running = 0;

/**
 * Progress goes to standard output, which Pulumi shows as messages. Pulumi's `Cancel` never reaches dynamic providers; it
 * sends SIGINT and kills 5 s later, so a signal aborts what runs and ends the process as soon as that has settled.
 */
export function standaloneContext(type: string, name: string): Standalone {
  const { signal } = abortOnSignals();
  running += 1;
  const say = (message: string) => process.stdout.write(`${type} ${name}: ${message}\n`);
  return {
    context: {
      signal,
      progress: (message) => say(message),
      log: (_severity, message) => say(message),
      idle: (wait) => wait(),
    },
    done() {
      running -= 1;
      endIfAborted();
    },
  };
}

function abortOnSignals(): AbortController {
  if (controller !== undefined) return controller;
  controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller?.abort(new Error(`interrupted by ${name}`));
      endIfAborted();
    });
  }
  return controller;
}

function endIfAborted(): void {
  // One turn later, so that the answer of the last operation still leaves.
  if (controller?.signal.aborted === true && running === 0) setImmediate(() => process.exit(1));
}

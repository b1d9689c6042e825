import { EXIT } from "./exit-codes.js";

/** The first Ctrl-C ends the operation in order, the second at once. */
export function abortOnInterrupt(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.canceled);
      say("Interrupted: what runs is finished and saved; press Ctrl-C again to end at once");
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return controller.signal;
}

import { EXIT } from "./exit-codes.js";

/** The first Ctrl-C ends the operation in order, the second at once. */
export function abortOnInterrupt(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.canceled);
      say("Interrupted: what runs is finished and saved; press Ctrl-C again to end at once");
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  // Whoever read our output has gone (`| head`, a closed terminal): nobody sees the rest, but it is finished and saved.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      controller.abort(error);
    });
  }
  return controller.signal;
}

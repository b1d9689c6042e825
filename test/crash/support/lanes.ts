import assert from "node:assert/strict";

/** One trial, or many of a kind; reports what does not hold and goes on. */
export interface Trial {
  name: string;
  run(report: (name: string, error: unknown) => void): Promise<void>;
}

/** A trial that is over with its first failure. */
export function trial(name: string, run: () => Promise<unknown>): Trial {
  return {
    name,
    run: (report) =>
      run().then(
        () => {},
        (error) => report(name, error),
      ),
  };
}

/** Runs trials two at a time and to the end, and fails with all that failed. */
export async function runTrials(trials: Trial[]): Promise<void> {
  const failures: string[] = [];
  const report = (name: string, error: unknown) => {
    failures.push(`* ${name}: ${error instanceof Error ? error.message : error}`);
    // At once, since a long run may be ended by its time limit.
    console.log(failures.at(-1));
  };
  const queue = [...trials];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name } = next;
      await next.run(report).catch((error: unknown) => report(name, error));
    }
  };
  await Promise.all([lane(), lane()]);
  const names = failures.map((failure) => failure.split("\n", 1)[0]).join("\n");
  assert.equal(
    failures.length,
    0,
    `${failures.length} failed:\n${names}\n\nIn full:\n${failures.slice(0, 5).join("\n\n")}`,
  );
}

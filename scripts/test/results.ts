import { type TestEvent, unfinished } from "./events.js";

/** How a test file went. */
export interface FileResult {
  name: string;
  ms: number;
  passed: number;
  failures: { name: string; detail: string }[];
  skips: { name: string; reason: string }[];
}

/** How its process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why we killed it. */
  killed?: string;
  /** The end of what it printed. */
  output: string;
}

/** Sums up the events of a file. A process that did not end well is a failure even when all its tests passed. */
export function summarise(name: string, ms: number, events: TestEvent[], ending: Ending): FileResult {
  const result: FileResult = { name, ms, passed: 0, failures: [], skips: [] };
  for (const event of events) {
    if (event.type === "pass") result.passed++;
    else if (event.type === "fail") result.failures.push({ name: event.name, detail: event.detail ?? "" });
    else if (event.type === "skip") result.skips.push({ name: event.name, reason: event.detail ?? "" });
  }
  const trouble = troubleOf(ending, result);
  if (trouble !== undefined) {
    const running = unfinished(events);
    const detail = running.length === 0 ? trouble : `${trouble}\nunfinished: ${running.join("; ")}`;
    result.failures.push({ name: "(the file)", detail });
  }
  const last = result.failures.at(-1);
  if (last !== undefined && ending.output !== "") last.detail += `\n--- printed by the file ---\n${ending.output}`;
  return result;
}

function troubleOf(ending: Ending, { passed, failures, skips }: FileResult): string | undefined {
  if (ending.killed !== undefined) return ending.killed;
  if (ending.signal !== null) return `its process was killed by ${ending.signal}`;
  if (failures.length > 0) return undefined;
  if (ending.code !== 0) return `its process ended with exit code ${ending.code}`;
  return passed + skips.length > 0 ? undefined : "it contains no test";
}

/** What a test process reports, one JSON object a line. Suites and tests with subtests only start and are done. */
export type TestEvent =
  | { type: "start" | "done"; name: string }
  | { type: "pass" | "fail" | "skip"; name: string; ms: number; detail?: string };

/** The tests that have started and not ended. */
export function unfinished(events: TestEvent[]): string[] {
  const names = new Set<string>();
  for (const { type, name } of events) {
    if (type === "start") names.add(name);
    else names.delete(name);
  }
  return [...names];
}

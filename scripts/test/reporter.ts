import { appendFileSync } from "node:fs";
import { inspect } from "node:util";
import type { TestEvent } from "./events.js";

interface NodeTestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    skip?: string | boolean;
    todo?: string | boolean;
    details?: { duration_ms?: number; error?: Error & { failureType?: string } };
  };
}

const target = process.env.PULUMI_KVM_TEST_REPORT ?? "/dev/null";

/**
 * A reporter for node's test runner that appends our events to a file: whatever the tests print stays apart from them, and
 * what was reported before a crash is kept. Only leaves count; a parent counts when it fails by itself.
 */
export default async function* report(source: AsyncIterable<NodeTestEvent>): AsyncGenerator<string> {
  const starting: string[] = [];
  const reported: string[] = [];
  let depth = -1; // of the result before: a parent's result follows those of its children
  for await (const { type, data } of source) {
    if (type === "test:dequeue") {
      write({ type: "start", name: nested(starting, data) });
    } else if (type === "test:start") {
      nested(reported, data); // comes in the order of the results, unlike the event above
    } else if (type === "test:pass" || type === "test:fail") {
      const name = nested(reported, data);
      const isParent = depth > data.nesting;
      depth = data.nesting;
      const result = outcome(type, data);
      if (isParent && (result.type === "pass" || data.details?.error?.failureType === "subtestsFailed")) {
        write({ type: "done", name });
      } else {
        write({ ...result, name, ms: Math.round(data.details?.duration_ms ?? 0) });
      }
    }
  }
  yield "";
}

/** Enters a test into the path of names down to it, and answers that path. */
function nested(path: string[], { name, nesting }: NodeTestEvent["data"]): string {
  path.length = nesting;
  path[nesting] = name;
  return path.join(" > ");
}

function outcome(
  type: string,
  { skip, todo, details }: NodeTestEvent["data"],
): Pick<TestEvent & { name: string; detail?: string }, "detail"> & { type: "pass" | "fail" | "skip" } {
  for (const [mark, word] of [
    [skip, "skipped"],
    [todo, "to be done"],
  ] as const) {
    if (mark !== undefined && mark !== false)
      return { type: "skip", detail: typeof mark === "string" ? mark : `${word}, no reason given` };
  }
  if (type === "test:pass") return { type: "pass" };
  const error = details?.error;
  return { type: "fail", detail: inspect(error?.cause ?? error, { depth: 6, breakLength: 120 }) };
}

function write(event: TestEvent): void {
  appendFileSync(target, `${JSON.stringify(event)}\n`);
}

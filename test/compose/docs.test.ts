import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the documentation shows the example that is run", () => {
  const [, shown = ""] = /```yaml\n([\s\S]*?)```/.exec(read("docs/compose.md")) ?? [];
  assert.deepEqual(parse(shown), parse(read("examples/quickstart/kvm-compose.yaml")));
});

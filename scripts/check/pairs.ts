import type { Source } from "./sources.js";

/** Resources without a test of their own; common.ts is what their schemas share. */
export function checkResourceTests(sources: Source[]): string[] {
  const names = new Set(sources.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const resource = /^provider\/resources\/([^/]+)\.ts$/.exec(name)?.[1];
    if (resource === undefined || resource === "common") return [];
    const tests = ["test.ts", "lab.test.ts"].map((kind) => `test/provider/resources/${resource}.${kind}`);
    return tests.some((test) => names.has(test)) ? [] : [`${name}: has no test (${tests.join(" or ")})`];
  });
}

import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { labAvailable } from "../test/lab/available.js";
import { buildMicroGuest } from "./micro-guest/build.js";
import { findTestFiles, type TestFile } from "./test/files.js";
import { printFile, printSummary } from "./test/print.js";
import type { FileResult } from "./test/results.js";
import { runFile } from "./test/run-file.js";
import { rememberTimes, slowestFirst } from "./test/times.js";

const help = `Usage: tsx scripts/test.ts [--unit] [--long] [PART-OF-A-PATH...]

Runs test/**/*.test.ts with node's test runner, each file in a process of its own; *.lab.test.ts inside a fresh lab host.
  --unit   only files that need neither root nor a lab host
  --long   also *.long.test.ts, with PULUMI_KVM_LONG=1 and 30 minutes a file`;

const { values: flags, positionals: filters } = parseArgs({
  options: {
    unit: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    help: { type: "boolean" },
  },
  allowPositionals: true,
});
if (flags.help) {
  console.log(help);
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const start = performance.now();
const files = await slowestFirst(await findTestFiles({ filters, long: flags.long, unit: flags.unit }));
if (files.length === 0) {
  console.error(`Cannot test: no file below test/ matches ${filters.join(", ") || "the options"}`);
  process.exit(1);
}

const lab = labAvailable();
let image: Promise<Record<string, string>> | undefined;
const limitSeconds = flags.long ? 1800 : 300;
const lanes = pLimit(2);
const results = await Promise.all(
  files.map((file) =>
    lanes(async () => {
      const result = await run(file);
      printFile(result);
      return result;
    }),
  ),
);
await rememberTimes(results.filter(({ passed }) => passed > 0));
printSummary(results, performance.now() - start);
process.exit(results.some(({ failures }) => failures.length > 0) ? 1 : 0);

async function run(file: TestFile): Promise<FileResult> {
  const long: Record<string, string> = flags.long ? { PULUMI_KVM_LONG: "1" } : {};
  if (!file.lab) return runFile(file, { env: long, limitSeconds });
  if (!lab.available) {
    return { name: file.name, ms: 0, passed: 0, failures: [], skips: [{ name: "(the file)", reason: lab.reason }] };
  }
  image ??= testImage();
  return runFile(file, { env: { ...long, ...(await image) }, limitSeconds });
}

/** Without an image (say, without a network to build it from) only the tests that boot guests are skipped. */
async function testImage(): Promise<Record<string, string>> {
  try {
    const guest = await buildMicroGuest({ log: console.log });
    return { PULUMI_KVM_TEST_IMAGE: guest.path };
  } catch (error) {
    const reason = `the guest image cannot be built: ${error instanceof Error ? error.message : String(error)}`;
    console.log(reason);
    return { PULUMI_KVM_TEST_IMAGE_MISSING: reason };
  }
}

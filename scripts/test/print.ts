import { colors as pc } from "../colors.js";
import type { FileResult } from "./results.js";

/** One line for the file, then its skips with their reasons and its failures in full. */
export function printFile(result: FileResult): void {
  const { name, ms, passed, failures, skips } = result;
  const mark = failures.length > 0 ? pc.red("FAIL") : passed > 0 ? pc.green("ok  ") : pc.yellow("skip");
  const counts = [`${passed} passed`];
  if (failures.length > 0) counts.push(pc.red(`${failures.length} failed`));
  if (skips.length > 0) counts.push(pc.yellow(`${skips.length} skipped`));
  console.log(`${mark} ${seconds(ms).padStart(7)}  ${name}  ${pc.dim(`(${counts.join(", ")})`)}`);
  for (const { name: test, reason } of skips) console.log(pc.yellow(`       skipped: ${test}: ${reason}`));
  for (const { name: test, detail } of failures) {
    console.log(pc.red(`       failed: ${test}`));
    console.log(indented(detail));
  }
}

/** The last line is the summary alone, for whoever parses it. */
export function printSummary(results: FileResult[], ms: number): void {
  const failed = results.filter(({ failures }) => failures.length > 0);
  const total = (count: (result: FileResult) => number) => results.reduce((sum, result) => sum + count(result), 0);
  if (failed.length > 0) console.log(`\nFailed: ${failed.map(({ name }) => name).join(", ")}`);
  console.log(`\n${results.length} files in ${seconds(ms)}`);
  const counts = [
    total(({ passed }) => passed),
    total(({ failures }) => failures.length),
    total(({ skips }) => skips.length),
  ];
  console.log(`${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function indented(text: string): string {
  return text.replace(/^/gm, "         ");
}

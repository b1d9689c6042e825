import { execa } from "execa";
import { repository } from "./cache.js";
import { checkLayers } from "./check/layers.js";
import { checkResourceTests } from "./check/pairs.js";
import { readSources } from "./check/sources.js";
import { checkStatements } from "./check/statements.js";
import { checkWords } from "./check/words.js";
import { colors as pc } from "./colors.js";

/** A check answers what it found; nothing means that all is well. */
type Check = () => Promise<string[]>;

const sources = readSources();

/** `npm run check`: all of them run, whatever the others find. */
const checks: Record<string, Check> = {
  "format and lint": command("node_modules/.bin/biome", "ci", "--colors=off", "--reporter=summary", "."),
  types: command("node_modules/.bin/tsc", "--noEmit", "--pretty", "false"),
  layers: async () => checkLayers(await sources),
  "printing and loading": async () => checkStatements(await sources),
  "a test for each resource": async () => checkResourceTests(await sources),
  words: checkWords,
  "generated files": command(process.execPath, "--import", "tsx", "scripts/generate/main.ts", "--check"),
  "unit tests": command(process.execPath, "--import", "tsx", "scripts/test.ts", "--unit"),
};

const failed: string[] = [];
for (const [name, check] of Object.entries(checks)) {
  const begun = performance.now();
  const findings = await check();
  const took = pc.dim(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (findings.length > 0) failed.push(name);
  console.log(`${findings.length === 0 ? pc.green("ok  ") : pc.red("FAIL")} ${name} ${took}`);
  for (const line of findings) console.log(`     ${line}`);
}
console.log(failed.length === 0 ? "\nAll checks passed" : `\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** A program that fails when it finds something, and prints what. */
function command(program: string, ...args: string[]): Check {
  return async () => {
    const options = {
      cwd: repository,
      reject: false,
      all: true,
      env: { NO_COLOR: "1", FORCE_COLOR: undefined },
    } as const;
    const { failed: found, all } = await execa(program, args, options);
    return found ? all.split("\n") : [];
  };
}

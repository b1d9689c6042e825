/**
 * What `npm test`, `npm run quickstart` and `npm run bench` start with, on a machine that has nothing but Node and apt: it
 * installs the system packages the task needs, the npm packages, compiles, and runs the task. What is there already is
 * left alone, so that the second run begins at once. Plain JavaScript without any dependency.
 */
import path from "node:path";
import { buildSources } from "./bootstrap/build.mjs";
import { startDaemons } from "./bootstrap/daemons.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import { checkMachine } from "./bootstrap/machine.mjs";
import { installNpmPackages } from "./bootstrap/npm.mjs";
import { installSystemPackages } from "./bootstrap/packages.mjs";
import { repository, runInherited, Trouble } from "./bootstrap/run.mjs";
import { tasks } from "./bootstrap/tasks.mjs";

const [name = "", ...args] = process.argv.slice(2);

async function main() {
  const task = tasks[name];
  if (task === undefined)
    throw new Trouble(`Cannot run the task "${name}": known are ${Object.keys(tasks).join(", ")}`);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(task.help);
    return 0;
  }
  const machine = checkMachine(task);
  await withLock(path.join(repository, ".cache/bootstrap.lock"), async () => {
    await installSystemPackages(task, machine, { yes: args.includes("--yes") || Boolean(process.env.CI) });
    await installNpmPackages();
    await buildSources();
    if (task.daemons) await startDaemons(machine);
  });
  return runInherited([...machine.elevate, process.execPath, "--import", "tsx", ...task.program, ...args]);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repository, runQuietly } from "./run.mjs";

const lockFile = path.join(repository, "package-lock.json");
/** npm's own note of what it installed. */
const installed = path.join(repository, "node_modules/.package-lock.json");
const stamp = path.join(repository, "node_modules/.bootstrap");

/** Runs `npm ci` where node_modules is not what package-lock.json says. */
export async function installNpmPackages() {
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  const had = existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
  // After an `npm install` by hand there is no stamp of ours, and npm's note is newer than the lock file.
  const byHand = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs - 1000;
  if (existsSync(installed) && (had === wanted || byHand)) {
    if (had !== wanted) writeFileSync(stamp, wanted);
    return;
  }
  console.log("Installing npm packages …");
  // `npm test --silent` would make this one silent about its errors, too.
  await runQuietly([...npm(), "ci"], { attempt: "install the npm packages", env: { npm_config_loglevel: "warn" } });
  writeFileSync(stamp, wanted);
}

/** The npm that started us, or the one on the path. */
function npm() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith(".js") ? [process.execPath, cli] : ["npm"];
}

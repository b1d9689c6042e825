import { confirm } from "./confirm.mjs";
import { withoutStartingDaemons } from "./policy.mjs";
import { findProgram, query, runQuietly, Trouble } from "./run.mjs";

/** Installs the packages a task lacks. Where that cannot be done, a task that can do without goes on. */
export async function installSystemPackages(task, machine, { yes }) {
  const missing = missingPackages(task.packages);
  const trouble = describeTrouble(machine.obstacles, missing);
  if (task.optional) {
    if (missing.length === 0) return;
    if (machine.obstacles.length > 0) return console.log(`${trouble}\nThe tests that need them are skipped.\n`);
  } else if (machine.obstacles.length > 0 && (missing.length > 0 || task.daemons)) {
    throw new Trouble(trouble);
  }
  if (missing.length === 0) return;

  const width = Math.max(...missing.map(({ name }) => name.length));
  console.log("These Debian packages are missing:");
  for (const { name, why } of missing) console.log(`  ${name.padEnd(width)}  ${why}`);
  if (!yes && !(await confirm("Install them?"))) {
    if (task.optional) return console.log("The tests that need them are skipped.\n");
    throw new Trouble("Stopped: nothing was installed");
  }
  const install = () => aptInstall(missing, machine);
  await (task.daemons ? install() : withoutStartingDaemons(machine, install));
}

function missingPackages(packages) {
  const unseen = packages.filter(({ program }) => program === undefined || findProgram(program) === undefined);
  if (unseen.length === 0 || findProgram("dpkg-query") === undefined) return unseen;
  return unseen.filter(
    ({ name }) => !query(["dpkg-query", "--status", name])?.includes("Status: install ok installed"),
  );
}

function describeTrouble(obstacles, missing) {
  const lines = obstacles.map((obstacle) => `  - ${obstacle}`);
  if (missing.length > 0) lines.push(`  - not installed: ${missing.map(({ name }) => name).join(", ")}`);
  return `Cannot set this machine up:\n${lines.join("\n")}`;
}

async function aptInstall(missing, { sudo }) {
  const started = performance.now();
  const apt = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"];
  console.log("Updating the package lists …");
  await runQuietly([...apt, "update"], { attempt: "update the package lists" });
  const names = missing.map(({ name }) => name).filter(isInRelease);
  console.log(`Installing ${names.join(" ")} … (a minute or two)`);
  const options = ["--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
  await runQuietly([...apt, "install", ...options, ...names], { attempt: "install the packages" });
  console.log(`Installed in ${Math.round((performance.now() - started) / 1000)} s\n`);
}

/** Some releases have libvirt's drivers in packages of their own, others do not. */
function isInRelease(name) {
  return /Candidate: (?!\(none\))/.test(query(["apt-cache", "policy", name]) ?? "");
}

import { existsSync, readFileSync } from "node:fs";
import { findProgram, query, Trouble } from "./run.mjs";

const capabilityBits = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 };

/**
 * Looks at the machine. A task that can do without system packages gets a machine that says why there are none; for the
 * others everything that is in the way is reported at once.
 */
export function checkMachine(task) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Trouble(`Cannot run on Node ${process.versions.node}: version 20.19 or newer is needed`);
  }
  const root = process.getuid?.() === 0;
  const machine = {
    root,
    systemd: existsSync("/run/systemd/system"),
    // what stands before a command that only root may run
    sudo: root ? [] : ["sudo"],
    obstacles: obstacles(root),
  };
  if (task.daemons) machine.obstacles.push(...missingForGuests(root));
  return { ...machine, elevate: root || machine.obstacles.length > 0 ? [] : ["sudo", "env", ...environment()] };
}

/** What the task keeps of our environment when sudo runs it. */
function environment() {
  return ["PATH", "CI"].filter((name) => process.env[name]).map((name) => `${name}=${process.env[name]}`);
}

/** Why packages cannot be installed here. */
function obstacles(root) {
  const found = [];
  if (process.platform !== "linux" || process.arch !== "x64") {
    found.push(`this is ${process.platform} on ${process.arch}; guests need Linux on x64`);
  }
  if (findProgram("apt-get") === undefined || findProgram("dpkg-query") === undefined) {
    found.push("there is no apt: packages can be installed on Debian and Ubuntu only");
  }
  if (!root && !maySudo())
    found.push("this user is not root, and sudo is missing or wants a password nobody can type: run it as root");
  return found;
}

function maySudo() {
  if (findProgram("sudo") === undefined) return false;
  return (process.stdin.isTTY && process.stdout.isTTY) || query(["sudo", "-n", "true"]) !== undefined;
}

/** What containers often lack. */
function missingForGuests(root) {
  const found = [];
  if (!existsSync("/dev/net/tun")) found.push("there is no /dev/net/tun, which guests need for their network cards");
  const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
  for (const [name, bit] of Object.entries(capabilityBits)) {
    if (root && !(effective & (1n << BigInt(bit))))
      found.push(`root lacks ${name} here: start the container privileged`);
  }
  return found;
}

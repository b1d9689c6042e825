import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { repository } from "../cache.js";

/** What belongs to somebody's machine and not into the repository, put together so that this file passes its own check. */
const strangers: [RegExp, string][] = [
  [new RegExp(["(?<![\\w.])/", "work", "/"].join("")), "a path of somebody's machine"],
  [
    /(?<![\w.])\/home\/(?!\$|<|\w+\/\.\.\.)(?!bob|user|alice|\$\{)[a-z]+\/(projects?|src|code|repos?)\//,
    "a path of somebody's machine",
  ],
  [new RegExp(["registry", "npmjs"].join("\\.")), "a registry's address: package-lock.json is kept free of them"],
  [new RegExp(["-----BEGIN (OPENSSH|RSA|EC) PRIVATE", "KEY-----\\n?[A-Za-z0-9+/]{40}"].join(" ")), "a private key"],
  [new RegExp(["\\b(TO", "DO|FIX", "ME|X", "XX)\\b"].join("")), "a note to oneself"],
];

/** Files known to git or about to be, binary ones left out. */
export async function checkWords(): Promise<string[]> {
  const list = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: repository });
  const findings: string[] = [];
  for (const name of list.stdout.split("\n")) {
    const text = await readFile(path.join(repository, name), "utf8").catch(() => "");
    if (text.includes("\0")) continue;
    for (const [index, line] of text.split("\n").entries()) {
      for (const [pattern, what] of strangers) {
        if (pattern.test(line)) findings.push(`${name}:${index + 1}: contains ${what}: ${line.trim().slice(0, 100)}`);
      }
    }
  }
  return findings;
}

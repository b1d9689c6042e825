import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "../cache.js";

export interface TestFile {
  /** Below test/, as it is printed. */
  name: string;
  path: string;
  /** Runs inside a lab host of its own. */
  lab: boolean;
  /** Runs only with --long. */
  long: boolean;
  /** Parts of its lab host that its first line declines: `// lab: no-libvirt no-openvswitch no-sshd`. */
  without: Set<string>;
}

export interface Selection {
  filters: string[];
  long: boolean;
  /** Only what needs no root and is quick: neither lab files nor the lab's own tests, nor those that kill the built command. */
  unit: boolean;
}

const root = path.join(repository, "test");

/** The test files of a selection; a filter is a part of a path such as `provider` or `engine/state`. */
export async function findTestFiles({ filters, long, unit }: Selection): Promise<TestFile[]> {
  const all = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".test.ts")).sort();
  const files = await Promise.all(all.map(describeFile));
  const wanted = filters.map((filter) => filter.replace(/^(\.\/)?test\//, "").replace(/\/$/, ""));
  return files
    .filter((file) => wanted.length === 0 || wanted.some((filter) => matches(file, filter)))
    .filter((file) => long || !file.long)
    .filter((file) => !unit || !(file.lab || /^(lab|crash)[/]/.test(file.name)));
}

/** The kind of a file is no part of its name here: `lab` means the folder, not every lab file. */
function matches({ name }: TestFile, filter: string): boolean {
  return (
    name === filter ||
    name.replace(/(\.long)?(\.lab)?\.test\.ts$/, "").includes(filter.replace(/(\.long)?(\.lab)?\.test\.ts$/, ""))
  );
}

async function describeFile(name: string): Promise<TestFile> {
  const file = path.join(root, name);
  const [first = ""] = (await readFile(file, "utf8")).split("\n", 1);
  const declined = /^\/\/ lab:(.*)/.exec(first)?.[1] ?? "";
  return {
    name,
    path: file,
    lab: name.endsWith(".lab.test.ts"),
    long: /\.long\.(lab\.)?test\.ts$/.test(name),
    without: new Set([...declined.matchAll(/no-(\w+)/g)].map(([, part]) => part ?? "")),
  };
}

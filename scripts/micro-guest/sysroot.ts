import { access } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** A folder with unpacked packages, whose programs run with the libraries that lie in it. */
export class Sysroot {
  constructor(readonly folder: string) {}

  /** Where a file of a package is; newer releases ship under /usr what older ones ship under /. */
  async find(file: string): Promise<string> {
    for (const candidate of [path.join(this.folder, file), path.join(this.folder, "usr", file)]) {
      if (await exists(candidate)) return candidate;
    }
    throw new Error(`Cannot build the micro guest: none of its packages contains /${file} or /usr/${file}`);
  }

  /** Runs a program of the packages. */
  async run(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const loader = await this.find("lib64/ld-linux-x86-64.so.2");
    const file = await this.find(program);
    return (await execa(loader, ["--library-path", this.#libraryPath(), file, ...args], { env })).stdout;
  }

  /** The shared libraries of programs, the loader not included. */
  async librariesOf(programs: string[]): Promise<string[]> {
    const libraries = new Set<string>();
    for (const program of programs) {
      const loader = await this.find("lib64/ld-linux-x86-64.so.2");
      const args = ["--library-path", this.#libraryPath(), "--list", await this.find(program)];
      const { stdout } = await execa(loader, args);
      for (const [, file] of stdout.matchAll(/=> (\S+)/g)) libraries.add(file ?? "");
    }
    return [...libraries];
  }

  #libraryPath(): string {
    const folders = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"];
    return folders.map((folder) => path.join(this.folder, folder)).join(":");
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

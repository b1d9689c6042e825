import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** A program and where it belongs. */
export interface Project {
  name: string;
  /** The folder of Pulumi.yaml; relative paths of the program start at `programDirectory`. */
  root: string;
  /** Pulumi.yaml, or `undefined` for a bare folder. */
  file: string | undefined;
  programDirectory: string;
  /** What the runner of programs is told to run: `.`, a file name, or an absolute path. */
  entry: string;
  nodeArgs: string[];
  typescript: boolean;
  tsconfig: string | undefined;
  backendUrl: string | undefined;
  /** Where `Pulumi.<stack>.yaml` lies. */
  stackConfigDirectory: string;
  /** Values that stacks inherit from Pulumi.yaml, keys as `namespace:name`. */
  config: Record<string, ProjectConfigValue>;
}

export interface ProjectConfigValue {
  value: unknown;
  secret: boolean;
}

/**
 * Loads the project that `directory` belongs to: the nearest Pulumi.yaml (or .yml) upwards.
 * @returns `undefined` when there is none
 * @throws {Error} when the file is not a project of the Node runtime
 */
export function loadProject(directory: string): Project | undefined {
  const file = findProjectFile(resolve(directory));
  return file === undefined ? undefined : readProject(file);
}

/** A folder without Pulumi.yaml whose program is made by the caller. */
export function bareProject({ name, root, entry }: { name: string; root: string; entry: string }): Project {
  assertName("project", name);
  return {
    name,
    root,
    file: undefined,
    programDirectory: root,
    entry,
    nodeArgs: [],
    // Loading a compiler costs a second and the caller's entry is JavaScript.
    typescript: /\.[cm]?ts$/.test(entry),
    tsconfig: undefined,
    backendUrl: undefined,
    stackConfigDirectory: root,
    config: {},
  };
}

/** @throws {RangeError} */
export function assertName(kind: "project" | "stack", name: string): void {
  // Names become parts of paths.
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && name !== "." && name !== "..") return;
  throw new RangeError(
    `Cannot use ${kind} name "${name}": it must be 1 to 100 letters, digits, hyphens, underscores or periods`,
  );
}

const runtimeOptions = z.looseObject({
  nodeargs: z.string().optional(),
  typescript: z.boolean().optional(),
  tsconfig: z.string().optional(),
});

const projectFile = z.looseObject({
  name: z.string(),
  runtime: z.union([
    z.string().transform((name) => ({ name, options: {} as z.infer<typeof runtimeOptions> })),
    z.looseObject({ name: z.string(), options: runtimeOptions.default({}) }),
  ]),
  main: z.string().optional(),
  backend: z.looseObject({ url: z.string().optional() }).nullish(),
  stackConfigDir: z.string().optional(),
  config: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
});

function findProjectFile(directory: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const file = join(directory, name);
    if (existsSync(file)) return file;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : findProjectFile(parent);
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`Cannot load project "${file}": ${error instanceof Error ? error.message : error}`);
  }
}

function readProject(file: string): Project {
  const parsed = projectFile.safeParse(parseFile(file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
    throw new Error(`Cannot load project "${file}": ${problems.join("; ")}`);
  }
  const { name, runtime, main, backend, stackConfigDir, config } = parsed.data;
  assertName("project", name);
  if (runtime.name !== "nodejs") {
    throw new Error(
      `Cannot run project "${name}": its runtime is ${runtime.name}, the embedded engine runs nodejs only`,
    );
  }
  const root = dirname(file);
  // Before it was an option of its own, the folder of the stack files was what `config` named.
  const configDirectory = stackConfigDir ?? (typeof config === "string" ? config : "");
  return {
    name,
    root,
    file,
    ...programOf(root, main),
    nodeArgs: (runtime.options.nodeargs ?? "").split(/\s+/).filter((arg) => arg !== ""),
    typescript: runtime.options.typescript ?? true,
    tsconfig: runtime.options.tsconfig,
    backendUrl: backend?.url,
    stackConfigDirectory: resolve(root, configDirectory),
    config: typeof config === "object" && config !== null ? projectConfig(name, config) : {},
  };
}

/** `main` names the program's folder or its file; without it the project's folder is the program. */
function programOf(root: string, main: string | undefined): { programDirectory: string; entry: string } {
  if (main === undefined) return { programDirectory: root, entry: "." };
  const path = resolve(root, main);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { programDirectory: path, entry: "." };
  return { programDirectory: dirname(path), entry: basename(path) };
}

/** A value stands for itself, or is described by an object with `value` or `default`. */
function projectConfig(project: string, config: Record<string, unknown>): Record<string, ProjectConfigValue> {
  const described = z.looseObject({
    default: z.unknown().optional(),
    value: z.unknown().optional(),
    secret: z.boolean().optional(),
  });
  const entries = Object.entries(config).map(([key, entry]): [string, ProjectConfigValue] => {
    const name = key.includes(":") ? key : `${project}:${key}`;
    const isDescription =
      typeof entry === "object" && entry !== null && ["type", "default", "value"].some((word) => word in entry);
    if (!isDescription) return [name, { value: entry, secret: false }];
    const description = described.parse(entry);
    return [name, { value: description.value ?? description.default, secret: description.secret ?? false }];
  });
  return Object.fromEntries(entries);
}

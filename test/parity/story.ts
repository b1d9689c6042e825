import type { DifferenceName } from "./support/differences.js";
import type { Observation } from "./support/observe.js";
import type { World } from "./support/world.js";

/**
 * A story that both engines are told: programs and what happens to their things in between. What the Pulumi CLI made of it
 * is recorded in `expected/<area>/<name>.json`; the embedded engine must make the same of it.
 */
export interface Story {
  area: string;
  name: string;
  steps: Step[];
  /** Also told with the handler in a foreign package, which the embedded engine runs in a process of its own. */
  foreign: boolean;
  /** The project's `options`, as in Pulumi.yaml. */
  options?: Record<string, unknown>;
}

export interface Step {
  args: string[];
  /** Replaces the program before the command runs. */
  program?: string;
  /** What happens to the things, the configuration or the state before the command runs. */
  before?: (world: World) => void | Promise<void>;
  /** Ends the command from outside once the handler was called like that, such as `create a.1`. */
  interrupt?: Interruption;
  env?: Record<string, string>;
  /** The handler's calls that make, change or delete things, in order. */
  does: string;
  exit: number;
  /** What does not depend on one another is deleted in any order: Pulumi's is another one in each run. */
  anyOrder?: boolean;
  /** Part of what both commands print. */
  says?: RegExp;
  /** Looks at what the step left behind. */
  leaves?: (observation: Observation) => void;
  /** The deliberate differences between the engines that show here, by name. */
  differences?: DifferenceName[];
  /** Only this engine needs the step, which leaves no trace of its own. */
  only?: "pulumi" | "embedded";
}

export interface Interruption {
  at: string;
  /** `kill`: the command and all it started, at once. Else so many interrupts from the terminal, before the call ends. */
  how: "kill" | "interrupt" | "interrupt twice";
}

type More = Partial<
  Pick<Step, "before" | "interrupt" | "env" | "exit" | "says" | "anyOrder" | "differences" | "leaves" | "only">
> & {
  flags?: string[];
};

/** The program stays as it is. */
export const again = undefined;

export function story(area: string, name: string, steps: Step[], more: Partial<Story> = {}): Story {
  return { area, name, steps, foreign: false, ...more };
}

/** `does` as in `Step`: "create a.1, create b.1". */
export function up(program: string | undefined, does: string, { flags = [], ...more }: More = {}): Step {
  return command(["up", "--yes", "--skip-preview", ...trusting(flags), ...flags], program, does, more);
}

export function preview(program: string | undefined, { flags = [], ...more }: More = {}): Step {
  return command(["preview", ...trusting(flags), ...flags], program, "", more);
}

export function refresh(does: string, { flags = [], ...more }: More = {}): Step {
  return command(["refresh", "--yes", "--skip-preview", ...flags], undefined, does, more);
}

export function destroy(does: string, { flags = [], ...more }: More = {}): Step {
  return command(["destroy", "--yes", "--skip-preview", ...trusting(flags), ...flags], undefined, does, more);
}

export function command(args: string[], program: string | undefined, does: string, more: More = {}): Step {
  const { flags: _, ...rest } = more;
  return { args, ...(program === undefined ? {} : { program }), does, exit: 0, ...rest };
}

/** The default of `--refresh` is not the same for every project: stories say what they mean. */
function trusting(flags: string[]): string[] {
  return flags.some((flag) => flag.startsWith("--refresh")) ? [] : ["--refresh=false"];
}

/** The name that flags such as `--target` know a thing by. */
export function urnOf(name: string, parents: string[] = []): string {
  const types = [...parents, "pulumi-nodejs:dynamic/kvm:Thing"].join("$");
  return `urn:pulumi:dev::parity::${types}::${name}`;
}

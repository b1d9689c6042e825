import { assertConverges, assertDestroys, assertSucceeded, DESTROY, REFRESH, UP } from "./converges.js";
import type { Evolution } from "./programs.js";
import { type CrashProject, crashProject } from "./project.js";

/** An operation that is going to be interrupted, and what must hold afterwards. */
export interface Scenario {
  name: string;
  args: string[];
  /** A project in which the operation is about to start. */
  project(): Promise<CrashProject>;
  /** What the next commands must achieve. */
  recovers(project: CrashProject): Promise<void>;
}

/** The operations on a program that evolves. Each begins with a copy of a state that is made once. */
export interface Scenarios extends AsyncDisposable {
  firstUp: Scenario;
  changingUp: Scenario;
  /** The run after one that was killed. */
  resumedUp: Scenario;
  refresh: Scenario;
  destroy: Scenario;
}

export function scenariosOf({ before, after, drift }: Evolution): Scenarios {
  let made: Promise<CrashProject> | undefined;
  let killed: Promise<CrashProject> | undefined;
  const standing = async () => {
    made ??= madeBy(before);
    return (await made).copy();
  };
  const changing = async () => {
    const project = await standing();
    project.declare(after);
    return project;
  };
  return {
    firstUp: {
      name: "a first up",
      args: UP,
      project: async () => crashProject(before, { quick: true }),
      recovers: assertConverges,
    },
    changingUp: {
      name: "an up that changes everything",
      args: UP,
      project: changing,
      recovers: assertConverges,
    },
    resumedUp: {
      name: "an up after a killed one",
      args: UP,
      async project() {
        killed ??= changing().then(killedOne);
        return (await killed).copy();
      },
      recovers: assertConverges,
    },
    refresh: {
      name: "a refresh after drift",
      args: REFRESH,
      async project() {
        const project = await standing();
        for (const name of drift.changed) project.change(name, { size: 1000 });
        for (const name of drift.lost) project.lose(name);
        return project;
      },
      recovers: assertConverges,
    },
    destroy: { name: "a destroy", args: DESTROY, project: standing, recovers: assertDestroys },
    async [Symbol.asyncDispose]() {
      for (const project of [await made, await killed]) project?.[Symbol.dispose]();
    },
  };
}

async function madeBy(resources: Evolution["before"]): Promise<CrashProject> {
  const project = crashProject(resources, { quick: true });
  assertSucceeded("The up that everything starts from", await project.run(UP));
  return project;
}

async function killedOne(project: CrashProject): Promise<CrashProject> {
  const { signal } = await project.run(UP, { step: "create:2:middle" });
  if (signal !== "SIGKILL") throw new Error("The up that is to be resumed was not killed");
  return project;
}

import type { Handler } from "../../provider/handler.js";
import { lazily } from "../lazily.js";
import { PROVIDER_KEY } from "../planner.js";
import type { Project } from "../project.js";
import type { StackConfig } from "../stack-config.js";
import { packageOf } from "../urn.js";
import { plainOf } from "../values/plain.js";
import type { PropertyMap } from "../values/value.js";
import { type DynamicProcess, startDynamicProcess } from "./dynamic-process.js";
import { loadOwnHandlers, ownHandlerName } from "./own-handler.js";
import { STACK_REFERENCE_TYPE, type StackSource, stackReferenceHandler } from "./stack-reference.js";

export interface ResolvedHandler {
  handler: Handler;
  /** Whether it is this package's, which adopts what an interrupted creation of it has left. */
  own: boolean;
}

/** Finds the code that manages a resource. */
export interface Providers {
  /**
   * @param properties the inputs or outputs that hold the resource's `__provider`
   * @throws {Error} for packages this engine cannot run
   */
  handlerFor(resource: { urn: string; type: string }, properties: PropertyMap): Promise<ResolvedHandler>;
  stop(): Promise<void>;
}

/** The package whose resources the engine manages: those of dynamic providers. */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";

/** @throws {Error} naming package and resource when a plugin would be needed */
export function refusePlugins({ urn, type }: { urn: string; type: string }): void {
  const name = packageOf(type);
  if (name === DYNAMIC_PACKAGE || type === STACK_REFERENCE_TYPE) return;
  throw new Error(
    `Cannot manage resource "${urn}": its package "${name}" is a Pulumi plugin, which the embedded engine does not run; use the Pulumi CLI on this stack`,
  );
}

export function createProviders(options: {
  project: Project;
  config: StackConfig;
  stacks: StackSource;
  log: (severity: "info" | "info#err", line: string) => void;
}): Providers {
  const stackReference = stackReferenceHandler(options.stacks);
  const own = lazily(() => loadOwnHandlers(options.project));
  const foreign = lazily(() => startDynamicProcess(options));
  const configured = new Map<string, Promise<Handler>>();

  async function configuredOwn(name: string): Promise<Handler> {
    const handler = (await own.get())[name];
    if (handler === undefined) {
      throw new Error(
        `Cannot find the handler "${name}" in pulumi-kvm/provider: the program's version of the package and the state's differ`,
      );
    }
    await handler.configure?.({ config: configReader(options.project.name, options.config) });
    return handler;
  }

  return {
    async handlerFor(resource, properties) {
      refusePlugins(resource);
      if (resource.type === STACK_REFERENCE_TYPE) return { handler: stackReference, own: false };
      const source = plainOf(properties[PROVIDER_KEY] ?? null);
      if (typeof source !== "string") {
        throw new Error(
          `Cannot manage resource "${resource.urn}": it has no provider code (its property ${PROVIDER_KEY} is missing)`,
        );
      }
      const name = ownHandlerName(source);
      if (name === undefined) return { handler: (await foreign.get()).handler, own: false };
      const handler = configured.get(name) ?? configuredOwn(name);
      configured.set(name, handler);
      return { handler: await handler, own: true };
    },
    async stop() {
      const running: DynamicProcess | undefined = await foreign.started()?.catch(() => undefined);
      running?.stop();
    },
  };
}

/** As Pulumi's dynamic providers see it: a key without a namespace is the project's. */
function configReader(project: string, config: StackConfig): { get(key: string): string | undefined } {
  return {
    get(key) {
      const value = config[key.includes(":") ? key : `${project}:${key}`];
      return value === undefined ? undefined : (plainOf(value) as string);
    },
  };
}

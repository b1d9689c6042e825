import { type OperationContext, UNKNOWN } from "../../provider/handler.js";
import * as adapter from "../providers/adapter.js";
import type { ResourceState } from "../state/resource.js";
import { createUrn } from "../urn.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import type { PropertyMap } from "../values/value.js";
import { defaultProvider } from "./default-provider.js";
import type { Deployment } from "./deployment.js";
import { blankState, keepIfEqual } from "./desired.js";
import { StepFailed } from "./executor.js";
import { step } from "./step.js";

export interface ReadRequest {
  type: string;
  name: string;
  id: string;
  parent: string | undefined;
  properties: PropertyMap;
  dependencies: string[];
  additionalSecretOutputs: string[];
}

/**
 * Looks up a thing that exists already and is never changed or deleted. Previews look it up, too.
 * @throws {StepFailed} when there is none
 */
export async function readResource(deployment: Deployment, request: ReadRequest): Promise<ResourceState> {
  const { progress, olds, snapshot, executor, preview } = deployment;
  const urn = createUrn({ ...request, stack: deployment.stack, project: deployment.project.name });
  if (progress.claimed.has(urn))
    return refuse(deployment, urn, `Duplicate resource URN '${urn}'; try giving it a unique name`);
  progress.claimed.add(urn);
  const old = olds.get(urn);
  if (old !== undefined) progress.kept.add(old);
  const provider = await defaultProvider(deployment, request.type);
  const { type, id, parent, dependencies, additionalSecretOutputs } = request;
  const wanted: ResourceState = {
    ...blankState({ urn, type, custom: true }),
    id,
    inputs: request.properties,
    outputs: request.properties,
    parent,
    provider,
    dependencies,
    additionalSecretOutputs,
    external: true,
    created: old?.created,
    modified: old?.modified,
  };
  // What the stack managed so far is given up if it is the very thing that is looked up, else it is deleted.
  const replaces = old !== undefined && !old.external && old.id !== id;
  const condemned = replaces ? { ...old, delete: true } : undefined;
  const planned = step(replaces ? "read-replacement" : "read", { old, new: wanted });
  const state = await executor.run(
    planned,
    async (context) => {
      const found = id === UNKNOWN ? { id, outputs: {} } : await lookUp(deployment, wanted, context);
      const outputs = markSecretOutputs(found.outputs, wanted.inputs, additionalSecretOutputs);
      const observed = keepIfEqual(old, { ...wanted, id: found.id, outputs });
      if (!preview) {
        snapshot.defer((resources) => {
          if (old === undefined || condemned === undefined) resources.put(observed, old);
          else {
            resources.put(observed);
            resources.swap(old, condemned);
          }
        });
      }
      return observed;
    },
    { light: true, result: (observed) => ({ ...planned, new: observed }) },
  );
  if (old !== undefined && condemned !== undefined) {
    progress.replaced.add(urn);
    progress.condemned.set(old, condemned);
    await executor.run(step("replace", { old, new: state }), async () => {}, { light: true });
  }
  progress.registered.set(urn, state);
  return state;
}

async function lookUp(
  { providers }: Deployment,
  wanted: ResourceState,
  context: OperationContext,
): Promise<{ id: string; outputs: PropertyMap }> {
  const { handler } = await providers.handlerFor(wanted, wanted.inputs);
  const found = await adapter.read(handler, wanted, context);
  if (found === undefined) throw new Error(`resource '${wanted.id}' does not exist`);
  return found;
}

function refuse(deployment: Deployment, urn: string, message: string): never {
  deployment.executor.fail(message, urn);
  throw new StepFailed(message);
}

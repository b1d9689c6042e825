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
  const { progress, olds, snapshot, providers, executor, preview } = deployment;
  const urn = createUrn({ ...request, stack: deployment.stack, project: deployment.project.name });
  if (progress.claimed.has(urn))
    return refuse(deployment, urn, `Duplicate resource URN '${urn}'; try giving it a unique name`);
  progress.claimed.add(urn);
  const old = olds.get(urn);
  if (old !== undefined && !old.external) {
    return refuse(
      deployment,
      urn,
      `Cannot look up "${request.name}": the stack manages a resource of that name and type; give one of them another name`,
    );
  }
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
  const planned = step("read", { old, new: wanted });
  const state = await executor.run(
    planned,
    async (context) => {
      const { handler } = await providers.handlerFor(wanted, request.properties);
      const found = await adapter.read(handler, wanted, context);
      if (found === undefined) throw new Error(`resource '${id}' does not exist`);
      const outputs = markSecretOutputs(found.outputs, wanted.inputs, additionalSecretOutputs);
      const observed = keepIfEqual(old, { ...wanted, id: found.id, outputs });
      if (!preview) snapshot.defer((resources) => resources.put(observed, old));
      return observed;
    },
    { light: true, result: (observed) => ({ ...planned, new: observed }) },
  );
  progress.registered.set(urn, state);
  return state;
}

function refuse(deployment: Deployment, urn: string, message: string): never {
  deployment.executor.fail(message, urn);
  throw new StepFailed(message);
}

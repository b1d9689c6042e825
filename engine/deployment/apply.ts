import type { OperationContext } from "../../provider/handler.js";
import * as adapter from "../providers/adapter.js";
import type { ResourceState } from "../state/resource.js";
import type { ResourceEdits } from "../state/snapshot.js";
import { isProviderType } from "../urn.js";
import { markSecretOutputs } from "../values/mark-secrets.js";
import type { PropertyMap } from "../values/value.js";
import type { Deployment } from "./deployment.js";
import { Unhealthy } from "./executor.js";
import type { Step } from "./step.js";

/**
 * Carries out a step that makes or changes a resource, and records it: the intent before, the outcome after.
 * @returns the resource as it is now
 * @throws {Unhealthy} when the thing exists and is kept in the state, but is not healthy
 */
export async function applyStep(deployment: Deployment, step: Step, context: OperationContext): Promise<ResourceState> {
  const wanted = step.new;
  if (wanted === undefined) throw new TypeError(`Cannot apply step "${step.op}": it makes nothing`);
  if (deployment.preview) return wanted;
  const isManaged = wanted.custom && !isProviderType(wanted.type);
  switch (step.op) {
    case "create":
    case "create-replacement":
      return isManaged
        ? createManaged(deployment, step, wanted, context)
        : record(deployment, step, stamp(wanted, step.old));
    case "update":
      return isManaged
        ? updateManaged(deployment, step, wanted, context)
        : record(deployment, step, stamp(wanted, step.old));
    case "same":
      // Need not be on disk now: a run that dies loses only what the next one finds again.
      deployment.snapshot.defer((resources) => resources.put(wanted, step.old));
      return wanted;
    default:
      throw new TypeError(
        `Cannot apply step "${step.op}" to resource "${step.urn}": it is not a step that makes something`,
      );
  }
}

async function createManaged(
  deployment: Deployment,
  step: Step,
  wanted: ResourceState,
  context: OperationContext,
): Promise<ResourceState> {
  const { handler } = await deployment.providers.handlerFor(wanted, wanted.inputs);
  const pending = await deployment.snapshot.begin("creating", { ...wanted, outputs: {} });
  const settle = (state: ResourceState | undefined) =>
    deployment.snapshot.end(pending, (resources) => state !== undefined && supersede(resources, step, state));
  try {
    const { id, outputs } = await adapter.create(handler, wanted.inputs, context);
    const state = finished(wanted, { id, outputs, created: undefined });
    await settle(state);
    return state;
  } catch (error) {
    if (!adapter.isInitializationFailure(error)) {
      await settle(undefined);
      throw error;
    }
    const outputs = adapter.unhealthyOutputs(error, wanted.inputs);
    await settle({ ...finished(wanted, { id: error.id, outputs, created: undefined }), initErrors: reasonsOf(error) });
    throw new Unhealthy(reasonsOf(error));
  }
}

async function updateManaged(
  deployment: Deployment,
  step: Step,
  wanted: ResourceState,
  context: OperationContext,
): Promise<ResourceState> {
  const old = step.old;
  if (old === undefined) throw new TypeError(`Cannot update resource "${step.urn}": it is not in the state`);
  const { handler } = await deployment.providers.handlerFor(wanted, wanted.inputs);
  const pending = await deployment.snapshot.begin("updating", wanted);
  const settle = (state: ResourceState | undefined) =>
    deployment.snapshot.end(pending, (resources) => state !== undefined && resources.put(state, old));
  try {
    const outputs = await adapter.update(handler, old, wanted.inputs, context);
    const state = finished(wanted, { id: old.id, outputs, created: old.created });
    await settle(state);
    return state;
  } catch (error) {
    if (!adapter.isInitializationFailure(error)) {
      await settle(undefined);
      throw error;
    }
    // The old inputs stay, so that the next run still sees what has not been reached.
    const outputs = adapter.unhealthyOutputs(error, wanted.inputs);
    const state = finished({ ...wanted, inputs: old.inputs }, { id: error.id, outputs, created: old.created });
    await settle({ ...state, initErrors: reasonsOf(error) });
    throw new Unhealthy(reasonsOf(error));
  }
}

async function record(deployment: Deployment, step: Step, state: ResourceState): Promise<ResourceState> {
  await deployment.snapshot.end(undefined, (resources) => resources.put(state, step.old));
  return state;
}

/** The old half of a replacement stays until the end of the run; what was deleted to make room goes now. */
function supersede(resources: ResourceEdits, { old, condemns }: Step, state: ResourceState): void {
  resources.forget(state.urn);
  if (old === undefined || condemns === undefined) resources.put(state, old);
  else {
    resources.put(state);
    resources.swap(old, condemns);
  }
}

function finished(
  wanted: ResourceState,
  { id, outputs, created }: { id: string | undefined; outputs: PropertyMap; created: string | undefined },
): ResourceState {
  const secretOutputs = markSecretOutputs(outputs, wanted.inputs, wanted.additionalSecretOutputs);
  const now = new Date().toISOString();
  return { ...wanted, id, outputs: secretOutputs, initErrors: [], created: created ?? now, modified: now };
}

function stamp(wanted: ResourceState, old: ResourceState | undefined): ResourceState {
  const now = new Date().toISOString();
  return { ...wanted, created: old?.created ?? now, modified: now };
}

function reasonsOf(error: { reasons: string[]; message: string }): string[] {
  return error.reasons?.length > 0 ? error.reasons : [error.message];
}

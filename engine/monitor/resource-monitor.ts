import * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Deployment } from "../deployment/deployment.js";
import { messageOf, StepFailed, Stopped } from "../deployment/executor.js";
import { readResource } from "../deployment/read-resource.js";
import { registerOutputs } from "../deployment/register-outputs.js";
import { registerResource, type Registration } from "../deployment/register.js";
import { refusePlugins } from "../providers/providers.js";
import { providerMessages, resourceMessages } from "../protocol.js";
import { hashAssets } from "../values/assets.js";
import { type Accepts, fromStruct, toStruct } from "../values/rpc.js";
import type { PropertyMap } from "../values/value.js";
import { goalOf } from "./goal-of.js";

export interface MonitorOptions {
  /** Resolves when the state is there to plan against. */
  deployment: Promise<Deployment>;
  /** The program will register nothing more. The answer to it is awaited by the program. */
  onProgramDone: () => Promise<void>;
}

/** What the program talks to: it registers resources here. */
export function resourceMonitor({ deployment, onProgramDone }: MonitorOptions): grpc.UntypedServiceImplementation {
  return {
    supportsFeature: unary(async (request: resourceMessages.SupportsFeatureRequest) => {
      return new resourceMessages.SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId()));
    }),
    registerResource: unary(async (request: resourceMessages.RegisterResourceRequest) => {
      const run = await deployment;
      const goal = await refusing(run, () => goalOf(request, run.project));
      run.redactor.learn(goal.inputs);
      if (goal.replaceOnChanges.length > 0 && goal.custom) warnReplaceOnChanges(run, goal.name);
      return registrationResponse(await registerResource(run, goal), acceptedBy(request));
    }),
    registerResourceOutputs: unary(async (request: resourceMessages.RegisterResourceOutputsRequest) => {
      const run = await deployment;
      const outputs = await refusing(run, () => hashAssets(fromStruct(request.getOutputs()), run.project.programDirectory));
      await registerOutputs(run, request.getUrn(), outputs);
      return new empty.Empty();
    }),
    readResource: unary(async (request: resourceMessages.ReadResourceRequest) => {
      const run = await deployment;
      const properties = await refusing(run, async () => readablePropertiesOf(request));
      const state = await readResource(run, {
        type: request.getType(),
        name: request.getName(),
        id: request.getId(),
        parent: request.getParent() || undefined,
        properties,
        dependencies: request.getDependenciesList(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      });
      const response = new resourceMessages.ReadResourceResponse();
      return response.setUrn(state.urn).setProperties(toStruct(state.outputs, acceptedBy(request)));
    }),
    invoke: unary(async (request: resourceMessages.ResourceInvokeRequest) => {
      const run = await deployment;
      return refusing(run, async () => invoke(run, request));
    }),
    signalAndWaitForShutdown: unary(async () => {
      await onProgramDone();
      return new empty.Empty();
    }),
    ...Object.fromEntries(NOT_IMPLEMENTED.map((name) => [name, unimplemented(name)])),
  };
}

const FEATURES = new Set(["secrets", "resourceReferences", "deletedWith"]);

const NOT_IMPLEMENTED = [
  "getDeploymentInfo",
  "call",
  "registerPackage",
  "registerStackTransform",
  "registerStackInvokeTransform",
  "registerResourceHook",
  "registerErrorHook",
];

function registrationResponse(registration: Registration, accepts: Accepts): resourceMessages.RegisterResourceResponse {
  const response = new resourceMessages.RegisterResourceResponse().setUrn(registration.urn);
  if (registration.outcome !== "succeeded") {
    const { FAIL, SKIP } = resourceMessages.Result;
    return response.setResult(registration.outcome === "failed" ? FAIL : SKIP);
  }
  const { custom, id, outputs } = registration.state;
  if (id !== undefined) response.setId(id);
  // The program knows a component's outputs better than the engine.
  return response.setObject(toStruct(custom ? outputs : {}, accepts));
}

function acceptedBy(request: { getAcceptsecrets(): boolean; getAcceptresources(): boolean }): Accepts {
  return { secrets: request.getAcceptsecrets(), resources: request.getAcceptresources() };
}

function readablePropertiesOf(request: resourceMessages.ReadResourceRequest): PropertyMap {
  refusePlugins({ urn: `${request.getType()} "${request.getName()}"`, type: request.getType() });
  return fromStruct(request.getProperties());
}

/** The only function of the engine itself: how a program gets at the resource that a reference names. */
function invoke(run: Deployment, request: resourceMessages.ResourceInvokeRequest): providerMessages.InvokeResponse {
  if (request.getTok() !== "pulumi:pulumi:getResource") {
    throw new Error(`Cannot call function "${request.getTok()}": the embedded engine runs no Pulumi plugins; use the Pulumi CLI on this stack`);
  }
  const urn = String(fromStruct(request.getArgs()).urn);
  const state = run.progress.registered.get(urn);
  if (state === undefined) throw new Error(`unknown resource ${urn}`);
  const { id, outputs, provider } = state;
  const result: PropertyMap = { urn, id: id ?? "", state: outputs, ...(provider === undefined ? {} : { provider }) };
  return new providerMessages.InvokeResponse().setReturn(
    toStruct(result, { secrets: true, resources: request.getAcceptresources() }),
  );
}

function warnReplaceOnChanges(run: Deployment, name: string): void {
  run.emit({
    kind: "diagnostic",
    severity: "warning",
    message: `The option replaceOnChanges of "${name}" has no effect: dynamic resources decide themselves what replaces them`,
  });
}

/** A request that cannot be served fails the run with a message of the engine, not with the program's stack trace. */
async function refusing<T>(run: Deployment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    run.executor.fail(messageOf(error));
    throw new StepFailed(error);
  }
}

function unary<Request, Response>(serve: (request: Request) => Promise<Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    serve(call.request).then(
      (response) => respond(null, response),
      (error) => respond(statusOf(error)),
    );
  };
}

/** `UNAVAILABLE` makes the program end quietly: what went wrong has been reported. */
function statusOf(error: unknown): grpc.ServiceError {
  const quiet = error instanceof Stopped || error instanceof StepFailed;
  const code = quiet ? grpc.status.UNAVAILABLE : grpc.status.UNKNOWN;
  const details = messageOf(error);
  return Object.assign(new Error(details), { code, details, metadata: new grpc.Metadata() });
}

function unimplemented(name: string): grpc.handleUnaryCall<unknown, unknown> {
  return (_, respond) => respond({ code: grpc.status.UNIMPLEMENTED, details: `${name} is not implemented` });
}

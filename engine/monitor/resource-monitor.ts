import * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Deployment } from "../deployment/deployment.js";
import { messageOf, StepFailed, Stopped } from "../deployment/executor.js";
import { readResource } from "../deployment/read-resource.js";
import { type Registration, registerResource } from "../deployment/register.js";
import { registerOutputs } from "../deployment/register-outputs.js";
import { resourceMessages } from "../protocol.js";
import { refusePlugins } from "../providers/providers.js";
import { hashAssets } from "../values/assets.js";
import { type Accepts, fromStruct, toStruct } from "../values/rpc.js";
import { goalOf } from "./goal-of.js";
import { invoke } from "./invoke.js";

export interface MonitorOptions {
  /** Resolves when the state is there to plan against. */
  deployment: Promise<Deployment>;
}

/** What the program talks to: it registers resources here. */
export function resourceMonitor({ deployment }: MonitorOptions): grpc.UntypedServiceImplementation {
  return {
    supportsFeature: unary(async (request: resourceMessages.SupportsFeatureRequest) => {
      return new resourceMessages.SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId()));
    }),
    registerResource: serving(deployment, async (run, request: resourceMessages.RegisterResourceRequest) => {
      const goal = await goalOf(request, run.project);
      run.redactor.learn(goal.inputs);
      if (goal.replaceOnChanges.length > 0 && goal.custom) warnReplaceOnChanges(run, goal.name);
      return registrationResponse(await registerResource(run, goal), acceptedBy(request));
    }),
    registerResourceOutputs: serving(
      deployment,
      async (run, request: resourceMessages.RegisterResourceOutputsRequest) => {
        const outputs = await hashAssets(fromStruct(request.getOutputs()), run.project.programDirectory);
        await registerOutputs(run, request.getUrn(), outputs);
        return new empty.Empty();
      },
    ),
    readResource: serving(deployment, async (run, request: resourceMessages.ReadResourceRequest) => {
      refusePlugins({ urn: `${request.getType()} "${request.getName()}"`, type: request.getType() });
      const state = await readResource(run, {
        type: request.getType(),
        name: request.getName(),
        id: request.getId(),
        parent: request.getParent() || undefined,
        properties: fromStruct(request.getProperties()),
        dependencies: request.getDependenciesList(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      });
      const response = new resourceMessages.ReadResourceResponse();
      return response.setUrn(state.urn).setProperties(toStruct(state.outputs, acceptedBy(request)));
    }),
    invoke: serving(deployment, async (run, request: resourceMessages.ResourceInvokeRequest) => invoke(run, request)),
    // The program is let go at once: only its exit code tells whether it has registered all that it meant to.
    signalAndWaitForShutdown: unary(async () => new empty.Empty()),
    ...Object.fromEntries(NOT_IMPLEMENTED.map((name) => [name, unimplemented(name)])),
    ...Object.fromEntries(Object.entries(REFUSED).map(([name, what]) => [name, refusing(deployment, what)])),
  };
}

/**
 * Of those after the first three the engine has none. It says otherwise because it then is asked for them and can refuse
 * them in its own words; the SDK would advise to update the Pulumi CLI.
 */
const FEATURES = new Set([
  ...["secrets", "resourceReferences", "deletedWith"],
  ...["replaceWith", "transforms", "invokeTransforms", "resourceHooks", "errorHooks", "parameterization"],
]);

/** Newer SDKs ask for it and do without. */
const NOT_IMPLEMENTED = ["getDeploymentInfo"];

const REFUSED = {
  call: "methods of remote components",
  registerPackage: "parameterized packages",
  registerStackTransform: "transforms",
  registerStackInvokeTransform: "invoke transforms",
  registerResourceHook: "resource hooks",
  registerErrorHook: "error hooks",
};

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

function warnReplaceOnChanges(run: Deployment, name: string): void {
  run.emit({
    kind: "diagnostic",
    severity: "warning",
    message: `The option replaceOnChanges of "${name}" has no effect: dynamic resources decide themselves what replaces them`,
  });
}

/**
 * Serves a request about the run. A program does not go on after an error, so neither does the run: what the program would
 * have registered after it must not be taken for something it does not want any more.
 */
function serving<Request, Response>(
  deployment: Promise<Deployment>,
  serve: (run: Deployment, request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return unary(async (request: Request) => {
    const run = await deployment;
    try {
      return await serve(run, request);
    } catch (error) {
      if (!isReported(error)) run.executor.fail(messageOf(error));
      run.executor.stop();
      throw isReported(error) ? error : new StepFailed(error);
    }
  });
}

function isReported(error: unknown): boolean {
  return error instanceof Stopped || error instanceof StepFailed;
}

function unary<Request, Response>(
  serve: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    serve(call.request).then(
      (response) => respond(null, response),
      (error) => respond(statusOf(error)),
    );
  };
}

/** `UNAVAILABLE` makes the program end quietly: what went wrong has been reported. */
function statusOf(error: unknown): grpc.ServiceError {
  const code = isReported(error) ? grpc.status.UNAVAILABLE : grpc.status.UNKNOWN;
  const details = messageOf(error);
  return Object.assign(new Error(details), { code, details, metadata: new grpc.Metadata() });
}

function refusing(deployment: Promise<Deployment>, what: string): grpc.handleUnaryCall<unknown, unknown> {
  return serving(deployment, async () => {
    throw new Error(
      `Cannot run the program: the embedded engine does not support ${what}; use the Pulumi CLI on this stack`,
    );
  });
}

function unimplemented(name: string): grpc.handleUnaryCall<unknown, unknown> {
  return (_, respond) => respond({ code: grpc.status.UNIMPLEMENTED, details: `${name} is not implemented` });
}

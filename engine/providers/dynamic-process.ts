import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import type any_pb from "google-protobuf/google/protobuf/any_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Handler, InitializationFailure, Properties } from "../../provider/handler.js";
import { resolveForProgram } from "../module-paths.js";
import type { Project } from "../project.js";
import { CHANNEL_OPTIONS, providerMessages, providerService, statusMessages } from "../protocol.js";
import { toStruct } from "../values/rpc.js";
import type { PropertyMap } from "../values/value.js";

/** A process that runs the dynamic providers of other packages, which find their code in the resource's `__provider`. */
export interface DynamicProcess {
  /** One for all resources of the process. */
  handler: Handler;
  stop(): void;
}

/**
 * Starts Pulumi's own server of dynamic providers in the program's folder.
 * @param config the stack's whole configuration
 * @param log receives what providers print, line by line
 */
export async function startDynamicProcess(options: {
  project: Project;
  config: PropertyMap;
  log: (severity: "info" | "info#err", line: string) => void;
}): Promise<DynamicProcess> {
  const { project, config, log } = options;
  const server = resolveForProgram(project, "@pulumi/pulumi/cmd/dynamic-provider");
  // In a process group of its own, so that an interrupt from the terminal does not cut operations short. The watch on its
  // standard input ends it when this process dies in whatever way.
  const child = spawn(process.execPath, ["--import", WATCH_INPUT, server, NO_ENGINE], {
    cwd: project.programDirectory,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, PULUMI_PROJECT: project.name, PULUMI_NODEJS_PROJECT: project.name, PULUMI_CONFIG: "{}" },
  });
  const stop = () => void child.kill("SIGKILL");
  process.once("exit", stop);
  child.once("exit", () => process.off("exit", stop));

  createInterface({ input: child.stderr }).on("line", (line) => log("info#err", line));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Cannot start the dynamic provider: it ended with code ${code}`)));
  });
  lines.on("line", (line) => log("info", line));

  const client = new providerService.ResourceProviderClient(
    `127.0.0.1:${Number.parseInt(port.trim(), 10)}`,
    grpc.credentials.createInsecure(),
    CHANNEL_OPTIONS,
  );
  await configure(client, config);
  return {
    handler: handlerOf(client),
    stop() {
      client.close();
      stop();
    },
  };
}

/** The server wants an engine's address and never calls it. */
const NO_ENGINE = "127.0.0.1:0";

const WATCH_INPUT = "data:text/javascript,process.stdin.on('end',()=>process.exit()).resume()";

type Client = InstanceType<typeof providerService.ResourceProviderClient>;

async function configure(client: Client, config: PropertyMap): Promise<void> {
  const request = new providerMessages.ConfigureRequest();
  request.setArgs(toStruct(config, { secrets: true, resources: true }));
  request.setAcceptsecrets(true);
  request.setAcceptresources(true);
  await call<providerMessages.ConfigureResponse>((done) => client.configure(request, done));
}

function handlerOf(client: Client): Handler {
  return {
    async check(olds, news) {
      const request = new providerMessages.CheckRequest();
      request.setOlds(message(olds));
      request.setNews(message(news));
      const response = await call<providerMessages.CheckResponse>((done) => client.check(request, done));
      const failures = response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
      return { inputs: properties(response.getInputs()), failures };
    },
    async diff(id, olds, news) {
      const request = new providerMessages.DiffRequest();
      request.setId(id);
      request.setOlds(message(olds));
      request.setNews(message(news));
      const response = await call<providerMessages.DiffResponse>((done) => client.diff(request, done));
      const { DIFF_SOME, DIFF_NONE } = providerMessages.DiffResponse.DiffChanges;
      const changes = response.getChanges();
      return {
        // A third answer, "do not know", is the absence of this property.
        ...(changes === DIFF_SOME || changes === DIFF_NONE
          ? { changes: changes === DIFF_SOME }
          : ({} as { changes: boolean })),
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        details: [],
      };
    },
    async create(inputs) {
      const request = new providerMessages.CreateRequest();
      request.setProperties(message(inputs));
      const response = await call<providerMessages.CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), outs: properties(response.getProperties()) };
    },
    async read(id, props) {
      const request = new providerMessages.ReadRequest();
      request.setId(id);
      request.setProperties(message(props));
      const response = await call<providerMessages.ReadResponse>((done) => client.read(request, done));
      const inputs = response.getInputs();
      return {
        id: response.getId(),
        ...(response.hasProperties() ? { props: properties(response.getProperties()) } : {}),
        ...(inputs === undefined ? {} : { inputs: properties(inputs) }),
      };
    },
    async update(id, olds, news) {
      const request = new providerMessages.UpdateRequest();
      request.setId(id);
      request.setOlds(message(olds));
      request.setNews(message(news));
      const response = await call<providerMessages.UpdateResponse>((done) => client.update(request, done));
      return { outs: properties(response.getProperties()) };
    },
    async delete(id, props) {
      const request = new providerMessages.DeleteRequest();
      request.setId(id);
      request.setProperties(message(props));
      await call((done) => client.delete(request, done));
    },
  };
}

function message(value: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(value as { [key: string]: struct.JavaScriptValue });
}

function properties(value: struct.Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}

function call<Response>(
  start: (done: (error: grpc.ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error === null ? resolve(response) : reject(failureOf(error))));
  });
}

/** A thing that exists but is not healthy travels as a detail of the error. */
function failureOf(error: grpc.ServiceError): Error {
  const failure = new Error(error.details || error.message);
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (packed === undefined) return failure;
  const status = statusMessages.Status.deserializeBinary(Buffer.from(packed));
  const detail: any_pb.Any | undefined = status.getDetailsList()[0];
  if (detail === undefined || !detail.getTypeUrl().endsWith("ErrorResourceInitFailed")) return failure;
  const init = providerMessages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return Object.assign(failure, {
    id: init.getId(),
    properties: properties(init.getProperties()),
    reasons: init.getReasonsList(),
  } satisfies Omit<InitializationFailure, keyof Error>);
}

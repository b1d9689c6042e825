// Stands for Pulumi's runner of programs, whose modules take most of a second to load: declares what program.json says over
// the same protocol. Tests that run the command line hundreds of times place it where the engine finds the runner.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { createRequire } = require("node:module");

// PULUMI_SDK names the real package, for its protocol.
const sdk = createRequire(process.env.PULUMI_SDK);
const grpc = sdk("@grpc/grpc-js");
const struct = sdk("google-protobuf/google/protobuf/struct_pb.js");
const messages = sdk("@pulumi/pulumi/proto/resource_pb.js");
const { ResourceMonitorClient } = sdk("@pulumi/pulumi/proto/resource_grpc_pb.js");

const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const monitor = new ResourceMonitorClient(option("monitor"), grpc.credentials.createInsecure());

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const CODE = 'exports.handler = () => require("pulumi-kvm/provider").Thing';

void main();

async function main() {
  const declared = JSON.parse(readFileSync(join(option("pwd"), "program.json"), "utf8"));
  const root = await register({ type: "pulumi:pulumi:Stack", name: `${option("project")}-${option("stack")}` });
  const made = new Map();
  for (const resource of declared) made.set(resource.name, declare(resource, made, root.urn));
  const results = await Promise.allSettled(made.values());
  if (results.some(({ status }) => status === "rejected")) process.exit(32);
  const things = [...made.keys()].map((name, index) => [name, results[index].value.token]);
  await registerOutputs(root.urn, { tokens: Object.fromEntries(things.filter(([, token]) => token !== undefined)) });
  process.exit(0);
}

async function declare(resource, made, root) {
  const { name, group, parent, uses = [], dependsOn = [], secret, options = {}, ...rest } = resource;
  const parentUrn = parent === undefined ? root : (await made.get(parent)).urn;
  const used = await Promise.all(uses.map((other) => made.get(other)));
  const needed = await Promise.all(dependsOn.map((other) => made.get(other)));
  const dependencies = [...new Set([...used, ...needed].map(({ urn }) => urn))];
  if (group) {
    const component = await register({ type: "crash:index:Group", name, parent: parentUrn, dependencies });
    await registerOutputs(component.urn, rest.size === undefined ? {} : { size: rest.size });
    return component;
  }
  return register({
    type: "pulumi-nodejs:dynamic/kvm:Thing",
    custom: true,
    name,
    parent: parentUrn,
    dependencies,
    properties: {
      ...rest,
      name,
      uses: used.map(({ token }) => token ?? UNKNOWN),
      ...(secret === undefined ? {} : { secret: { ...SECRET, value: secret } }),
      __provider: CODE,
    },
    uses: used.map(({ urn }) => urn),
    deleteBeforeReplace: options.deleteBeforeReplace,
  });
}

async function register({ type, name, custom = false, parent = "", dependencies = [], properties = {}, ...rest }) {
  const request = new messages.RegisterResourceRequest();
  request.setType(type).setName(name).setCustom(custom).setParent(parent);
  request.setObject(struct.Struct.fromJavaScript(properties)).setDependenciesList(dependencies);
  request.setAcceptsecrets(true).setAcceptresources(true).setSupportspartialvalues(true);
  if (rest.uses?.length > 0) {
    const used = new messages.RegisterResourceRequest.PropertyDependencies().setUrnsList(rest.uses);
    request.getPropertydependenciesMap().set("uses", used);
  }
  if (rest.deleteBeforeReplace !== undefined) {
    request.setDeletebeforereplace(rest.deleteBeforeReplace).setDeletebeforereplacedefined(true);
  }
  const response = await call((done) => monitor.registerResource(request, done));
  const { token } = response.getObject()?.toJavaScript() ?? {};
  return { urn: response.getUrn(), token };
}

function registerOutputs(urn, outputs) {
  const request = new messages.RegisterResourceOutputsRequest().setUrn(urn);
  return call((done) =>
    monitor.registerResourceOutputs(request.setOutputs(struct.Struct.fromJavaScript(outputs)), done),
  );
}

function call(start) {
  return new Promise((resolve, reject) => {
    start((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

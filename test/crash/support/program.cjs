// The program of the tests: it declares what program.json beside it says.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

class Thing extends pulumi.CustomResource {
  constructor(name, args, options) {
    const code = 'exports.handler = () => require("pulumi-kvm/provider").Thing';
    super(
      "pulumi-nodejs:dynamic/kvm:Thing",
      name,
      { ...args, serial: undefined, token: undefined, __provider: code },
      options,
    );
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name, options) {
    super("crash:index:Group", name, {}, options);
  }
}

const made = new Map();
const all = (names = []) => names.map((name) => made.get(name));

for (const { name, group, parent, uses, dependsOn, secret, options = {}, ...rest } of JSON.parse(
  readFileSync(join(__dirname, "program.json"), "utf8"),
)) {
  const given = { ...options, parent: made.get(parent), dependsOn: all(dependsOn) };
  if (group) {
    const component = new Group(name, given);
    component.registerOutputs({ size: rest.size });
    made.set(name, component);
    continue;
  }
  const args = {
    ...rest,
    name,
    uses: all(uses).map((thing) => thing.token),
    ...(secret === undefined ? {} : { secret: pulumi.secret(secret) }),
  };
  made.set(name, new Thing(name, args, given));
}

const things = [...made].filter(([, resource]) => resource instanceof Thing);
module.exports = { tokens: Object.fromEntries(things.map(([name, { token }]) => [name, token])) };

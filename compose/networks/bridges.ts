import { z } from "zod";
import type { NetworkKind } from "../kind.js";
import { notYet, oneOf, type Shape, text } from "../reader.js";

const shape = {
  name: text,
  controller: z
    .string("must be text")
    .regex(/^p?(tcp|ssl|unix):\S+$/, "must be a controller of Open vSwitch such as tcp:127.0.0.1:6653")
    .optional(),
  protocol: z
    .string("must be text")
    .regex(/^OpenFlow1[0-5]$/, "must be a version of OpenFlow, from OpenFlow10 to OpenFlow15")
    .optional(),
  subnet: text.optional(),
  // kvm-compose makes Open vSwitch bridges: a file that was written for it gets what it got there.
  kind: oneOf(["openvswitch", "linux"]).default("openvswitch"),
} satisfies Shape;

interface Options {
  kind: "openvswitch" | "linux";
  controller?: string;
  protocol?: string;
}

/** `network.bridges`: bridges of a host, with a subnet each. */
export const bridges: NetworkKind<Options> = {
  key: "bridges",
  segment: "bridge",
  companions: {
    bridge_connections: notYet("plug a machine into both bridges"),
    external_bridge: notYet(),
    network_interfaces: notYet(),
  },

  read(value, path, reader) {
    return reader.list(value, path).flatMap((element) => {
      const fields = reader.object(shape, element.value, element.path);
      if (fields?.name === undefined) return [];
      const { name, subnet, kind = "openvswitch", controller, protocol } = fields;
      const options = {
        kind,
        ...(controller === undefined ? {} : { controller }),
        ...(protocol === undefined ? {} : { protocol }),
      };
      return [{ name, path: element.path, subnet, options }];
    });
  },

  check({ name, path, options }, { report }) {
    for (const key of ["controller", "protocol"] as const) {
      if (options.kind !== "linux" || options[key] === undefined) continue;
      report.error("value", [...path, key], `bridge ${JSON.stringify(name)} is of kind linux, which has no ${key}`);
    }
  },

  build({ name, physicalName, address, options: { kind, controller, protocol } }, context) {
    const bridge = new context.kvm.Bridge(
      context.childName(name),
      {
        host: context.host,
        name: physicalName,
        kind,
        addresses: [address],
        ...(controller === undefined ? {} : { controller }),
        ...(protocol === undefined ? {} : { protocols: [protocol] }),
      },
      context.options,
    );
    return { bridge };
  },
};

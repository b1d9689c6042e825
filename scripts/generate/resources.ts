import type { z } from "zod";
import { bridgeArgs } from "../../provider/resources/bridge.js";
import { cloneArgs } from "../../provider/resources/clone.js";
import { domainArgs } from "../../provider/resources/domain.js";
import { hostArgs } from "../../provider/resources/host.js";
import { imageArgs } from "../../provider/resources/image.js";
import { keyPairArgs } from "../../provider/resources/key-pair.js";
import { networkArgs } from "../../provider/resources/network.js";
import { seedArgs } from "../../provider/resources/seed.js";

export interface DocumentedResource {
  type: string;
  schema: z.ZodObject;
  /** One or two sentences. */
  text: string;
  /** Properties for which the class takes something friendlier than the schema, in its own source. */
  bySdk: string[];
  /** Outputs besides the inputs. */
  outputs: Record<string, string>;
}

export const documentedResources: DocumentedResource[] = [
  {
    type: "Host",
    schema: hostArgs,
    text: "A reachable hypervisor. It is probed once a boot; nothing is made on it but its store, which stays when the resource is deleted.",
    bySdk: [],
    outputs: {
      hostId: "random id in the host's store",
      facts:
        "`arch`, `cpus`, `memory` (MiB), `accelerators` that a guest was seen to run with, versions, `bridgeKinds`",
    },
  },
  {
    type: "KeyPair",
    schema: keyPairArgs,
    text: "An ed25519 key for logging in to guests. It lives in the state only.",
    bySdk: [],
    outputs: { publicKey: "one line", privateKey: "OpenSSH format, secret", fingerprint: "`SHA256:…`" },
  },
  {
    type: "Image",
    schema: imageArgs,
    text: "A base image in the host's content-addressed store: fetched once, verified, read-only. Deleting the resource drops its entry among the image's users; the file stays.",
    bySdk: ["host"],
    outputs: {
      path: "on the host",
      digest: "SHA-256 of the stored file",
      format: "`qcow2` or `raw`",
      virtualSize: "bytes",
    },
  },
  {
    type: "Clone",
    schema: cloneArgs,
    text: "A guest's disk: an overlay linked to a base image. It grows in place and never shrinks.",
    bySdk: ["host", "image"],
    outputs: { path: "on the host", virtualSize: "bytes" },
  },
  {
    type: "Seed",
    schema: seedArgs,
    text: "A NoCloud seed for cloud-init. Its path holds the digest of its content and its instance-id follows it: a changed seed restarts the guest, and cloud-init runs anew.",
    bySdk: ["host"],
    outputs: { path: "on the host", instanceId: "", digest: "SHA-256 of the file" },
  },
  {
    type: "Network",
    schema: networkArgs,
    text: "A network of libvirt with DHCP and DNS. `Network.get(name)` refers to one that exists.",
    bySdk: ["host"],
    outputs: { gateway: "the host's address on it", uuid: "" },
  },
  {
    type: "Bridge",
    schema: bridgeArgs,
    text: "A Linux or Open vSwitch bridge. A Linux bridge is gone after a reboot: that shows as drift, and guests that run are plugged in again. `Bridge.get(name, kind)` refers to one that exists.",
    bySdk: ["host"],
    outputs: {},
  },
  {
    type: "Domain",
    schema: domainArgs,
    text: "A guest. What can be changed while it runs is changed so; it restarts, gracefully, only when it must.",
    bySdk: ["host", "disks", "interfaces", "seed"],
    outputs: {
      uuid: "",
      powerState: "in libvirt's words",
      addresses: "by interface name",
      address: "the first one",
      connection: "for `@pulumi/command`: host, user, privateKey; secret",
      hostKey: "the guest's ssh key as seen at its first answer",
      console: "log of the serial console, a file on the host",
    },
  },
];

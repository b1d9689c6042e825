/**
 * The door for Pulumi's dynamic providers: `require("pulumi-kvm/provider").Domain` answers the handler of a type. Stored in
 * the state of every resource as the constant `__provider`; this export path and these names are permanent.
 */
import { toHandler } from "./handlers.js";
import { bridge } from "./resources/bridge.js";
import { clone } from "./resources/clone.js";
import { domain } from "./resources/domain.js";
import { host } from "./resources/host.js";
import { image } from "./resources/image.js";
import { keyPair } from "./resources/key-pair.js";
import { network } from "./resources/network.js";
import { seed } from "./resources/seed.js";
import { standaloneContext } from "./standalone.js";

export const Bridge = toHandler(bridge, standaloneContext);
export const Clone = toHandler(clone, standaloneContext);
export const Domain = toHandler(domain, standaloneContext);
export const Host = toHandler(host, standaloneContext);
export const Image = toHandler(image, standaloneContext);
export const KeyPair = toHandler(keyPair, standaloneContext);
export const Network = toHandler(network, standaloneContext);
export const Seed = toHandler(seed, standaloneContext);

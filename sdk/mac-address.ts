import * as pulumi from "@pulumi/pulumi";
import { macAddress as hash } from "../provider/names.js";

/**
 * A stable MAC address from project, stack, the guest's name and the interface's name: the one that `Domain` gives an
 * interface without `mac`. For seeds, which name the interface by it.
 */
export function macAddress(domain: string, interfaceName: string): string {
  return hash(pulumi.getProject(), pulumi.getStack(), domain, interfaceName);
}

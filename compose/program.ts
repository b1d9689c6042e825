/**
 * The program of a folder that has a kvm-compose.yaml and nothing else. Runs in that folder; the variable KVM_COMPOSE_FILE
 * names another file.
 *
 * @module
 */
import * as pulumi from "@pulumi/pulumi";
import { Testbed } from "./testbed.js";

const testbed = new Testbed(pulumi.getProject(), { file: process.env.KVM_COMPOSE_FILE || "kvm-compose.yaml" });

export const guests = testbed.guests;
export const connections = testbed.connections;
export const privateKey = pulumi.secret(testbed.keyPair.privateKey);

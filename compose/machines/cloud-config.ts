import { createHash } from "node:crypto";
import type { GuestPlan } from "../plan.js";
import type { GuestBody } from "./libvirt.js";

export interface SeedDocuments {
  userData: Record<string, unknown>;
  metaData: Record<string, unknown>;
}

const folder = "/etc/nocloud";

/**
 * What cloud-init is told, besides hostname, root's keys and network.
 *
 * The names of the other guests are written at every start, and the instance-id does not depend on them: a guest that is
 * added changes the seeds of all others, which must not make them new instances that run their scripts again.
 */
export function cloudConfig(guest: GuestPlan<GuestBody>, publicKey: string): SeedDocuments {
  const own = ownConfig(guest.body, publicKey);
  const identity = JSON.stringify([guest.hostname, guest.interfaces, own]);
  const instanceId = `i-${createHash("sha256").update(identity).digest("hex").slice(0, 16)}`;
  return { userData: { ...own, ...hostsConfig(guest) }, metaData: { "instance-id": instanceId } };
}

function ownConfig({ username, setup }: GuestBody, publicKey: string): Record<string, unknown> {
  const { environment, runScript } = setup;
  const script = `${folder}/run_script`;
  const files = [
    ...(Object.keys(environment).length === 0 ? [] : [file(`${folder}/env.sh`, environmentScript(environment))]),
    ...(runScript === undefined ? [] : [file(script, runScript)]),
  ];
  return {
    users: username === "root" ? [] : [user(username, publicKey)],
    ssh_pwauth: false,
    ...(files.length === 0 ? {} : { write_files: files }),
    ...(runScript === undefined ? {} : { runcmd: [`${script} >${script}_out.txt 2>${script}_err.txt`] }),
  };
}

function user(name: string, publicKey: string): Record<string, unknown> {
  return {
    name,
    shell: "/bin/bash",
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    lock_passwd: true,
    ssh_authorized_keys: [publicKey],
  };
}

/** In base64, because small cloud-init implementations differ in how they read backslashes and blank lines. */
function file(path: string, content: string): Record<string, unknown> {
  return { path, permissions: "0755", encoding: "b64", content: Buffer.from(content).toString("base64") };
}

/** `/etc/nocloud/env.sh KEY` prints the value, as kvm-compose's does. */
function environmentScript(environment: Record<string, string>): string {
  const cases = Object.entries(environment).map(
    ([name, value]) => `${shellWord(name)}) printf '%s\\n' ${shellWord(value)} ;;`,
  );
  return ["#!/bin/sh", 'case "$1" in', ...cases, "*) exit 1 ;;", "esac", ""].join("\n");
}

/** The whole file at each start: lines that were appended would pile up, and some images write it anew themselves. */
function hostsConfig({ hostname, name, neighbours }: GuestPlan): Record<string, unknown> {
  const lines = [
    "127.0.0.1 localhost",
    `127.0.1.1 ${hostname} ${name}`,
    "::1 localhost ip6-localhost ip6-loopback",
    ...neighbours.map(({ address, names }) => `${address} ${names.join(" ")}`),
  ];
  return {
    manage_etc_hosts: false,
    bootcmd: [["sh", "-c", 'for line; do echo "$line"; done >/etc/hosts', "hosts", ...lines]],
  };
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

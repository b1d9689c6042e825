import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import type { Host } from "../host/host.js";

export interface Login {
  user: string;
  /** OpenSSH format. */
  privateKey: string;
}

export interface GuestAddress {
  address: string;
  port: number;
}

/** A guest's key, `ssh-ed25519 AAAA…`, as it stands in known_hosts. */
export type HostKey = string;

/** Waits `timeout` seconds for the banner of a server. @throws when there is none, saying what was seen */
export async function readBanner(host: Host, { address, port }: GuestAddress, timeout: number): Promise<string> {
  const socket = await host.dial(address, port, timeout);
  try {
    return await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`port ${port} is open but says nothing`)), timeout * 1000);
      socket.once("data", (chunk: Buffer) => {
        clearTimeout(timer);
        const banner = chunk.toString("latin1").split("\r\n")[0] ?? "";
        if (banner.startsWith("SSH-")) resolve(banner);
        else reject(new Error(`port ${port} answers ${JSON.stringify(banner.slice(0, 40))}, which is not ssh`));
      });
      socket.once("close", () => {
        clearTimeout(timer);
        reject(new Error(`port ${port} closes the connection`));
      });
      socket.once("error", reject);
    });
  } finally {
    socket.destroy();
  }
}

export interface GuestResult {
  stdout: string;
  stderr: string;
  exitCode: number;
  hostKey: HostKey;
}

/**
 * Runs a command in a guest, reached through its host.
 * @param command one line for the guest's shell; never made from input
 * @param expected the guest's key; any key is taken, and answered, when there is none yet
 */
export async function runInGuest(
  host: Host,
  target: GuestAddress,
  login: Login,
  {
    command,
    expected,
    timeout,
    signal,
  }: { command: string; expected: HostKey | undefined; timeout: number; signal: AbortSignal },
): Promise<GuestResult> {
  const socket = await host.dial(target.address, target.port, timeout);
  const client = new ssh2.Client();
  const abort = () => client.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const hostKey = await handshake(client, socket, login, { expected, timeout });
    return { ...(await execute(client, command, timeout)), hostKey };
  } finally {
    signal.removeEventListener("abort", abort);
    client.end();
    socket.destroy();
  }
}

function handshake(
  client: ssh2.Client,
  socket: Duplex,
  { user, privateKey }: Login,
  { expected, timeout }: { expected: HostKey | undefined; timeout: number },
): Promise<HostKey> {
  let seen = "";
  return new Promise((resolve, reject) => {
    client.once("ready", () => resolve(seen));
    client.once("close", () => reject(new Error("the guest closed the connection")));
    client.on("error", (error) => {
      reject(expected !== undefined && seen !== "" && seen !== expected ? changedKey(expected, seen) : error);
    });
    client.connect({
      sock: socket as never,
      username: user,
      privateKey,
      readyTimeout: timeout * 1000,
      hostVerifier: (key: Buffer) => {
        seen = `${key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1")} ${key.toString("base64")}`;
        return expected === undefined || seen === expected;
      },
    });
  });
}

function changedKey(expected: HostKey, seen: HostKey): Error {
  return new Error(
    `the guest's ssh key has changed from ${expected} to ${seen}: somebody else may answer at its address`,
  );
}

function execute(client: ssh2.Client, command: string, timeout: number): Promise<Omit<GuestResult, "hostKey">> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`\`${command}\` has not ended within ${Math.round(timeout)} s`));
      client.destroy();
    }, timeout * 1000);
    client.once("close", () => clearTimeout(timer));
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      let stdout = "";
      let stderr = "";
      channel.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      channel.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      channel.on("close", (code: number | null) => resolve({ stdout, stderr, exitCode: code ?? -1 }));
      client.once("close", () => reject(new Error("the guest closed the connection")));
    });
  });
}

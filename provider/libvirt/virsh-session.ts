import { CommandError } from "../host/command-error.js";
import type { Host, Session } from "../host/host.js";

/** libvirt refused a command, in its own words. */
export class VirshError extends Error {
  /** What libvirt said, without `error:`. */
  said: string;

  constructor(command: string, host: string, said: string) {
    super(`virsh ${command} on host "${host}": ${said}`);
    this.name = "VirshError";
    this.said = said;
  }
}

export interface VirshSession {
  /** @throws {VirshError} when libvirt refuses, {@link CommandError} when virsh itself is gone or cannot connect */
  run(args: readonly string[]): Promise<string>;
  readonly alive: boolean;
}

/**
 * One virsh process fed by its standard input: a command costs a round trip instead of a process and a connection.
 *
 * virsh tells neither where an answer ends nor whether it succeeded, so each command stands between two `echo`s, and is
 * followed by a word that is no command: its complaint marks the end of the errors, which come by another pipe. virsh repeats
 * what it is told behind its prompt, so what counts is a prompt with our echo and, on the next line, what the echo printed.
 */
export function startVirshSession(host: Host): VirshSession {
  const command = ["virsh", "--quiet", "--connect", host.uri] as const;
  // Its line editor folds what it echoes at the width of the terminal it believes in.
  const session: Session = host.start(["env", "COLUMNS=32767", ...command]);
  let stdout = "";
  let stderr = "";
  let counter = 0;
  let alive = true;
  let wake = () => {};
  session.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    wake();
  });
  session.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    wake();
  });
  const ended = () => {
    alive = false;
    wake();
  };
  session.ended.then(ended, ended);
  session.keepAlive(false);

  async function exchange(line: string): Promise<string> {
    counter += 1;
    const [begin, end, mark] = [`begin-${counter}-`, `end-${counter}-`, `errors-${counter}-end`];
    stdout = "";
    stderr = "";
    const echoed = `echo ${end}`;
    session.stdin.write(`echo ${begin}\n${line}\n${echoed}\n${mark}\n`);
    const complaint = `error: unknown command: '${mark}'`;
    await new Promise<void>((resolve) => {
      wake = () => {
        if (!alive || (stderr.includes(complaint) && endOf(stdout, echoed, end) !== -1)) resolve();
      };
      wake();
    });
    if (!alive) throw gone(host, command, stderr);
    const said = stderr.slice(0, stderr.indexOf(complaint)).replace(RECONNECTED, "").trim();
    if (LOST.test(said)) {
      // virsh would go on, but what it says next may belong to the connection before.
      alive = false;
      session.end();
      throw gone(host, command, said);
    }
    if (said !== "") throw new VirshError(line, host.name, said.replace(/^error: /gm, "").replaceAll("\n", "; "));
    const from = stdout.indexOf(begin, stdout.indexOf(begin) + begin.length) + begin.length;
    const answer = stdout.slice(from, endOf(stdout, echoed, end));
    const prompt = `virsh # ${line}\n`;
    return answer.startsWith(prompt) ? answer.slice(prompt.length) : answer;
  }

  return {
    get alive() {
      return alive;
    },
    async run(args) {
      session.keepAlive(true);
      try {
        return await exchange(args.map(quote).join(" "));
      } finally {
        session.keepAlive(false);
      }
    },
  };
}

/** virsh connects anew by itself when libvirt was restarted, and says so among the errors. */
const RECONNECTED = /^error: (Disconnected from .*|Reconnected to the hypervisor)$/gm;

const LOST =
  /Failed to reconnect to the hypervisor|failed to connect to the hypervisor|client socket is closed|Cannot (recv|write) data|internal error: client is not running/i;

/** Where the answer ends: at the prompt of the closing echo, which is followed by what it prints. */
function endOf(stdout: string, echoed: string, end: string): number {
  return stdout.lastIndexOf(`virsh # ${echoed}\n${end}`);
}

function gone(host: Host, command: readonly [string, ...string[]], stderr: string): CommandError {
  return new CommandError({
    command,
    host: host.name,
    cause: `Cannot talk to libvirt at ${host.uri}`,
    exitCode: undefined,
    stdout: "",
    stderr: `${
      stderr
        .replace(/^error: /gm, "")
        .trim()
        .replaceAll("\n", "; ") || "virsh ended"
    }${remedy(stderr)}`,
  });
}

function remedy(stderr: string): string {
  if (/permission denied|authentication/i.test(stderr)) return "; run as root or as a member of the group libvirt";
  if (/connect socket|no such file|refused/i.test(stderr))
    return "; start libvirtd (`kvm-compose doctor` tells what a host needs)";
  return "";
}

/** virsh reads single quotes as a shell does. A line break would end the command. */
function quote(arg: string): string {
  if (/[\n\r\0]/.test(arg))
    throw new TypeError(`Cannot pass ${JSON.stringify(arg)} to virsh: it contains a line break`);
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}

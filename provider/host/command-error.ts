import type { Command } from "./host.js";

export interface CommandFailure {
  command: Command;
  host: string;
  /** What happened, in the order of its importance: `could not be started`, `timed out after 5 s`, `exit code 1`. */
  cause: string;
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** A program on a host failed. The message names the cause, the command, the host and what the program said. */
export class CommandError extends Error implements Omit<CommandFailure, "cause"> {
  command: Command;
  host: string;
  exitCode: number | undefined;
  stdout: string;
  stderr: string;

  constructor(failure: CommandFailure) {
    const said = (failure.stderr.trim() || failure.stdout.trim()).slice(0, 2000);
    super(
      `${failure.cause}: ${formatCommand(failure.command)} on host "${failure.host}"${said === "" ? "" : `: ${said}`}`,
    );
    this.name = "CommandError";
    this.command = failure.command;
    this.host = failure.host;
    this.exitCode = failure.exitCode;
    this.stdout = failure.stdout;
    this.stderr = failure.stderr;
  }
}

/** For reading only: nothing is ever run from this text. */
export function formatCommand(command: Command): string {
  return command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`)).join(" ");
}

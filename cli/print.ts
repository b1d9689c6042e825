import { colors as pc } from "./colors.js";

/** What was asked for. Pipes get this and nothing else. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** What is worth saying besides. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function warn(line: string): void {
  remark(`${pc.yellow("warning:")} ${line}`);
}

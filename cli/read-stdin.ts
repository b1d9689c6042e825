import { text } from "node:stream/consumers";

/** Everything that comes from standard input. */
export function readStdin(): Promise<string> {
  return text(process.stdin);
}

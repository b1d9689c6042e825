import { existsSync } from "node:fs";
import { runQuietly } from "./run.mjs";

/** Debian's way to tell packages that are being installed not to start their daemons. */
const policy = "/usr/sbin/policy-rc.d";

/** Tests bring daemons of their own: installing packages for them must not start any on the machine. */
export async function withoutStartingDaemons({ sudo }, action) {
  if (existsSync(policy)) return action(); // somebody decided already
  const write = `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`;
  await runQuietly([...sudo, "sh", "-c", write], { attempt: `write ${policy}` });
  try {
    return await action();
  } finally {
    await runQuietly([...sudo, "rm", "-f", policy], { attempt: `remove ${policy}` });
  }
}

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openCrypter } from "../../engine/secrets.js";
import { readStackFile } from "../../engine/stack-config.js";
import { isBlinded } from "../../engine/values/mask.js";
import { Secret } from "../../engine/values/value.js";
import { makeTestbed, testEnvironment } from "./support/testbed.js";

const PLANTED = ["config-secret-1", "input-secret-2", "token-of-derived", "output-secret-4", "override-secret-5"];

test("No secret is in clear in any file of the state, nor in any event", async () => {
  using bed = makeTestbed(`
    const config = new pulumi.Config();
    const a = thing("a", { secret: config.requireSecret("planted"), list: [pulumi.secret("input-secret-2")] });
    thing("derived", { note: config.requireSecret("override") }, { additionalSecretOutputs: ["token"] });
    exports.nested = { deep: [pulumi.secret("output-secret-4")] };
    console.log("printing", process.env.PULUMI_CONFIG);
  `);
  await bed.up({ config: { planted: "x", override: "y" } });
  const file = await readStackFile(bed.project, "dev");
  const crypter = await openCrypter("test", file.salt ?? "");
  file.document.setIn(["config", "bed:planted", "secure"], crypter.encrypt("config-secret-1"));
  writeFileSync(file.path, file.document.toString());
  const config = { override: new Secret("override-secret-5") };
  const shown = await bed.preview({ config });
  assert.ok(isBlinded(shown.step("a").new?.inputs.secret));
  assert.deepEqual(
    shown.step("a").details.find(({ path }) => path === "secret"),
    { path: "secret", impact: "live", old: "[secret]", new: "[secret]" },
  );
  const events = [shown, await bed.up({ config }), await bed.up({ config, refresh: true })].flatMap(
    (run) => run.events,
  );
  bed.mark("failing-a");
  events.push(...(await bed.up({ config: { ...config, "bed:planted": new Secret("input-secret-2") } })).events);

  const files = readdirSync(bed.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.startsWith(join(bed.directory, ".pulumi")))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.length > 10);
  for (const secret of PLANTED) {
    for (const path of files) assert.ok(!readFileSync(path, "utf8").includes(secret), `${secret} is in ${path}`);
    for (const event of events)
      assert.ok(!JSON.stringify(event).includes(secret), `${secret} is in ${JSON.stringify(event)}`);
  }
  for (const path of files.filter((name) => /stacks|history|backups/.test(name))) {
    assert.equal(statSync(path).mode & 0o077, 0, path);
  }
  assert.equal(bed.thing("a-plain").secret, "config-secret-1", "the handler gets the clear text");
});

test("The wrong passphrase is refused, and a missing one is named", async () => {
  using bed = makeTestbed(`thing("a", { secret: pulumi.secret("x") });`);
  await bed.up();
  const wrong = { ...testEnvironment(), PULUMI_CONFIG_PASSPHRASE: "wrong" };
  assert.match((await bed.up({ env: wrong })).failures.join(), /incorrect passphrase/);
  const none: NodeJS.ProcessEnv = testEnvironment();
  delete none.PULUMI_CONFIG_PASSPHRASE;
  assert.match(
    (await bed.preview({ env: none })).failures.join(),
    /its passphrase is missing; set PULUMI_CONFIG_PASSPHRASE/,
  );
});

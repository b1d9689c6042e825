import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { CommandError } from "../../../provider/host/command-error.js";
import { localHost } from "../../../provider/host/local.js";
import { withDocument } from "../../../provider/libvirt/define.js";
import { virsh } from "../../../provider/libvirt/virsh.js";
import { startVirshSession, VirshError } from "../../../provider/libvirt/virsh-session.js";
import { buildXml } from "../../../provider/libvirt/xml.js";

const store = mkdtempSync(join(tmpdir(), "provider-virsh-"));
const installed = spawnSync("virsh", ["--version"]).status === 0;
const connect = (uri: string) => localHost({ kind: "local", name: "local", store, uri });

/** A real virsh on libvirt's own test driver, which needs no daemon. Its machines live as long as its process. */
describe("A virsh session", { skip: installed ? false : "virsh is not installed" }, () => {
  const host = connect("test:///default");
  after(() => {
    host.close();
    rmSync(store, { recursive: true });
  });

  test("answers what a process of its own would", async () => {
    assert.equal((await virsh(host).run("list", "--all", "--name")).trim(), "test");
    assert.match(await virsh(host).run("dumpxml", "test"), /^<domain type='test'/);
  });

  test("takes names with quotes, backslashes and its own prompt", async () => {
    const session = startVirshSession(host);
    for (const name of ["it's", 'a "b"', "back\\slash", "virsh # echo end-3-", "x; echo y", "--help", "$(id)", "ünï"]) {
      const xml = buildXml("domain", { "@type": "test", name, memory: "1024", os: { type: "hvm" } });
      await withDocument(host, xml, (path) => session.run(["define", path]));
      assert.match(await session.run(["dominfo", "--domain", name]), /Persistent:\s+yes/);
      await session.run(["undefine", "--domain", name]);
      await assert.rejects(session.run(["dominfo", "--domain", name]), VirshError);
    }
    await session.run(["desc", "test", "--new-desc", "virsh # echo end-1-\\n' errors-1-end"]);
    assert.match(await session.run(["desc", "test"]), /virsh # echo end-1-/);
  });

  test("refuses line breaks, which would be commands", async () => {
    await assert.rejects(virsh(host).run("desc", "test", "a\nundefine test"), /^TypeError: Cannot pass ".*" to virsh/);
  });

  test("tells absent from refused", async () => {
    assert.equal(await virsh(host).find("dumpxml", "nobody"), undefined);
    assert.equal(await virsh(host).find("net-dumpxml", "nobody"), undefined);
    await assert.rejects(virsh(host).find("start", "test"), (error) => {
      assert.ok(error instanceof VirshError);
      assert.match(error.message, /^virsh start test on host "local": .*already (active|running)/i);
      return true;
    });
    await assert.rejects(virsh(host).find("no-such-command"), VirshError);
  });

  test("keeps 200 answers apart that are asked for at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        index % 3 === 0
          ? virsh(host).find("dumpxml", `nobody-${index}`)
          : virsh(host).run(index % 3 === 1 ? "domuuid" : "domstate", "test"),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      assert.equal(answer?.trim(), [undefined, "6695eb01-f6a4-8304-79aa-97f2502e193f", "running"][index % 3]);
    }
  });

  test("that ends in the middle fails what waits, and the next command gets a new one", async () => {
    const session = startVirshSession(host);
    await assert.rejects(session.run(["quit"]), CommandError);
    assert.equal(session.alive, false);
    assert.equal((await virsh(host).run("domstate", "test")).trim(), "running");
  });

  test("says what to do where libvirt cannot be reached", async () => {
    const gone = connect("qemu+unix:///system?socket=/nowhere");
    await assert.rejects(virsh(gone).find("dumpxml", "x"), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(
        error.message,
        /^Cannot talk to libvirt at qemu\+unix.* on host "local": .*\/nowhere.*; start libvirtd/,
      );
      return true;
    });
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { domainXml, parseDomain } from "../../../provider/libvirt/domain.js";
import { buildXml, parseXml } from "../../../provider/libvirt/xml.js";

/** What XML can hold at all; a carriage return is read as a line feed. */
const text = fc
  .string({ unit: "grapheme" })
  .filter((value) => /^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value));

test("Text and attributes survive being written and read", () => {
  fc.assert(
    fc.property(text, text, (attribute, content) => {
      const value = attribute.replace(/[\t\n]/g, " ");
      const root = parseXml(buildXml("a", { "@x": value, b: { "@y": value, "#text": content }, c: content }), "a");
      assert.equal(root.attribute("x"), value);
      assert.equal(root.child("b")?.attribute("y"), value);
      if (content !== "") {
        assert.equal(root.child("b")?.text(), content);
        assert.equal(root.child("c")?.text(), content);
      }
    }),
  );
});

test("Absent and repeated members are told apart", () => {
  const root = parseXml(buildXml("a", { b: [{ "@n": "1" }, { "@n": "2" }], c: undefined, d: "" }), "a");
  assert.deepEqual(
    root.children("b").map((child) => child.attribute("n")),
    ["1", "2"],
  );
  assert.equal(root.child("c"), undefined);
  assert.equal(root.child("d")?.text(), "");
  assert.deepEqual(root.memberNames(), ["b", "d"]);
  assert.throws(() => parseXml("<x/>", "a"), /^SyntaxError: Cannot read XML: there is no <a> element$/);
});

test("A domain is read as it was written", () => {
  const mark = { urn: `urn:"<&'>`, realm: "me@here", incarnation: "0", since: "2026-01-01T00:00:00.000Z" };
  const domain = {
    ...{ name: "web", uuid: "1b4e28ba-2fa1-81d2-883f-0016d3cca427", description: " a\n&<b> ", machine: "q35" },
    ...{
      accelerator: "tcg" as const,
      vcpus: 2,
      memory: 96,
      console: "/x y/c.log",
      seed: { path: "/seeds/a'b.iso", instanceId: "i-1" },
    },
    disks: [
      {
        name: "root",
        source: {
          path: "/d & e/root.qcow2",
          format: "qcow2" as const,
          backing: [{ path: "/base.raw", format: "raw" as const }],
        },
        bus: "virtio" as const,
        readonly: false,
      },
    ],
    interfaces: [
      {
        name: "e0",
        mac: "52:54:00:00:00:01",
        model: "virtio",
        bridge: { name: "b", kind: "openvswitch" as const },
        offloadChecksums: false,
      },
      { name: "e1", mac: "52:54:00:00:00:02", model: "e1000", network: "n", offloadChecksums: true },
    ],
  };
  const read = parseDomain(domainXml(domain, mark));
  const plain = JSON.parse(JSON.stringify(read)) as typeof read;
  const { others: _, ...rest } = plain;
  assert.deepEqual(rest, { ...domain, mark });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  defaultSubnet,
  linkName,
  macAddress,
  newIncarnation,
  parseUrn,
  physicalName,
  stableUuid,
} from "../../provider/names.js";
import { nameArg } from "../../provider/resources/common.js";

const urn = (name: string, project = "lab", stack = "dev") => `urn:pulumi:${stack}::${project}::kvm:Domain::${name}`;

test("A URN is taken apart, whatever its name holds", () => {
  assert.deepEqual(parseUrn(urn("a::b::c")), { stack: "dev", project: "lab", name: "a::b::c" });
  assert.equal(parseUrn("urn:pulumi:dev::lab::parent$kvm:Domain::x").name, "x");
});

test("A physical name can be one on the host, whatever the resource is called", () => {
  assert.equal(physicalName(urn("web")), "lab-dev-web");
  assert.equal(physicalName(urn("web server/1")), "lab-dev-web-server-1");
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 200, unit: "grapheme" }), (project, name) => {
      const made = physicalName(urn(name, project.replaceAll(":", "")));
      assert.ok(nameArg.safeParse(made).success, made);
    }),
  );
});

test("Long names differ as far as their ends do, and so do names in other scripts", () => {
  const long = "x".repeat(120);
  assert.notEqual(physicalName(urn(`${long}1`)), physicalName(urn(`${long}2`)));
  assert.notEqual(physicalName(urn("北京")), physicalName(urn("上海")));
});

test("A link name has at most 15 characters", () => {
  assert.equal(linkName("exactly-15-char"), "exactly-15-char");
  assert.match(linkName("exactly-16-chars"), /^kvm[0-9a-f]{12}$/);
  assert.notEqual(linkName("exactly-16-chars"), linkName("exactly-16-charz"));
});

test("A MAC address is stable, local and unicast, and tells its parts apart", () => {
  assert.equal(macAddress("p", "s", "d", "eth0"), macAddress("p", "s", "d", "eth0"));
  assert.notEqual(macAddress("ab", "c"), macAddress("a", "bc"));
  fc.assert(
    fc.property(fc.array(fc.string()), (parts) => {
      const mac = macAddress(...parts);
      assert.match(mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      assert.equal(Number.parseInt(mac.slice(0, 2), 16) & 3, 2);
    }),
  );
});

test("A UUID is of the version for own constructions", () => {
  assert.match(stableUuid("a"), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("A default subnet is a private one", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const [, second] = /^10\.(\d+)\.\d+\.0\/24$/.exec(defaultSubnet(name)) ?? [];
      assert.ok(Number(second) >= 64 && Number(second) <= 191);
    }),
  );
});

test("No two incarnations are the same", () => assert.notEqual(newIncarnation(), newIncarnation()));

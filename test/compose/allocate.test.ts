import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Plan } from "../../compose/plan.js";
import { overlap, parseSubnet, type Subnet } from "../../compose/subnet.js";
import { fileOf, on, planOf, type SomeMachine } from "./helpers.js";

const bridges = [{ name: "br0", subnet: "10.5.0.0/24" }, { name: "br1" }, { name: "br2", subnet: "10.6.0.0/22" }];
const bridgeNames = bridges.map(({ name }) => name);

/** Machines on any of the bridges, some with an address of their own. */
const machines: fc.Arbitrary<SomeMachine[]> = fc
  .array(
    fc.array(fc.record({ bridge: fc.constantFrom(...bridgeNames), low: fc.option(fc.integer({ min: 2, max: 254 })) }), {
      maxLength: 3,
    }),
    { maxLength: 25 },
  )
  .map((list) => {
    const used = new Set<string>();
    return list.map((nics, index) => ({
      name: `m${index}`,
      interfaces: nics.map(({ bridge, low }) => {
        const base = { br0: "10.5.0", br2: "10.6.0" }[bridge];
        const ip = `${base}.${low}`;
        if (base === undefined || low === null || used.has(ip)) return { bridge };
        used.add(ip);
        return { bridge, ip };
      }),
    }));
  });

function addressesOf(plan: Plan): Map<string, string> {
  return new Map(
    plan.guests.flatMap(({ name, interfaces }) =>
      interfaces.map((nic) => [`${name}/${nic.name}`, nic.address] as const),
    ),
  );
}

test("addresses go by the order of the file and skip what is declared", () => {
  const file = fileOf(
    [
      { name: "a", interfaces: on("br0") },
      { name: "b", interfaces: on("br0") },
      { name: "c", interfaces: [{ bridge: "br0", ip: "10.5.0.11" }] },
    ],
    bridges,
  );
  assert.deepEqual([...addressesOf(planOf(file)).values()], ["10.5.0.10", "10.5.0.12", "10.5.0.11"]);
});

test("no two interfaces have one address or MAC address, and the host's is its own", () => {
  fc.assert(
    fc.property(machines, (list) => {
      const plan = planOf(fileOf(list, bridges));
      const nics = plan.guests.flatMap(({ interfaces }) => interfaces);
      const hosts = plan.segments.map(({ address }) => String(address.split("/")[0]));
      const all = [...nics.map(({ address }) => address), ...hosts];
      assert.equal(new Set(all).size, all.length);
      assert.equal(new Set(nics.map(({ mac }) => mac)).size, nics.length);
    }),
  );
});

test("a machine that is appended changes no address of the others", () => {
  fc.assert(
    fc.property(machines, fc.constantFrom(...bridgeNames), (list, bridge) => {
      const before = addressesOf(planOf(fileOf(list, bridges)));
      const after = addressesOf(planOf(fileOf([...list, { name: "new", interfaces: on(bridge) }], bridges)));
      for (const [nic, address] of before) assert.equal(after.get(nic), address);
      assert.equal(after.size, before.size + 1);
    }),
  );
});

test("derived subnets never overlap, whatever is declared", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 60, minLength: 1 }), (names) => {
      const declared = { name: "wide", subnet: "10.64.0.0/11" };
      const plan = planOf(fileOf([], [...names.filter((name) => name !== "wide").map((name) => ({ name })), declared]));
      const subnets = plan.segments.map(({ subnet }) => parseSubnet(subnet) as Subnet);
      for (const [index, one] of subnets.entries()) {
        assert.ok(subnets.slice(index + 1).every((other) => !overlap(one, other)));
      }
    }),
    { numRuns: 20 },
  );
});

test("another project or stack has other subnets and MAC addresses", () => {
  const file = fileOf([{ name: "a", interfaces: on("br1") }], [{ name: "br1" }]);
  const plans = [planOf(file), planOf(file, { stack: "test" }), planOf(file, { project: "other" })];
  assert.equal(new Set(plans.map(({ segments }) => segments[0]?.subnet)).size, 3);
  assert.equal(new Set(plans.map(({ guests }) => guests[0]?.interfaces[0]?.mac)).size, 3);
  assert.deepEqual(planOf(file), plans[0]);
});

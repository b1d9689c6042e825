import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  capacity,
  contains,
  formatAddress,
  guestAddresses,
  hostAddress,
  parseAddress,
  parseSubnet,
} from "../../compose/subnet.js";

function subnet(text: string) {
  const parsed = parseSubnet(text);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

test("reads networks and says what is wrong with others", () => {
  assert.equal(formatAddress(hostAddress(subnet("10.1.2.0/24"))), "10.1.2.1");
  assert.match(String(parseSubnet("10.1.2.3/24")), /did you mean 10\.1\.2\.0\/24\?/);
  assert.match(String(parseSubnet("10.0.0.0/31")), /from 8 to 30/);
  assert.match(String(parseSubnet("127.0.0.0/8")), /is loopback/);
  assert.match(String(parseSubnet("224.0.0.0/8")), /is multicast/);
  for (const text of ["", "10.0.0.0", "10.0.0/24", "fd00::/64", "10.0.0.0/24 ", "010.0.0.0/24", "10.0.0.0/-1"]) {
    assert.match(String(parseSubnet(text)), /must be an IPv4 network/, text);
  }
});

test("guests begin at .10 where there is room", () => {
  const addresses = (text: string) => [...guestAddresses(subnet(text))].map(formatAddress);
  assert.equal(addresses("10.0.0.0/24")[0], "10.0.0.10");
  assert.equal(addresses("10.0.0.0/24").at(-1), "10.0.0.9");
  assert.deepEqual(addresses("10.0.0.0/29"), ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]);
  assert.deepEqual(addresses("10.0.0.0/28").slice(0, 2), ["10.0.0.10", "10.0.0.11"]);
});

test("gives away every address once, never the host's nor those of the network", () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 30 }), fc.nat(), (prefix, number) => {
      const size = 2 ** (32 - prefix);
      const range = subnet(`${formatAddress(0x0a000000 + (number % 1000) * size)}/${prefix}`);
      const addresses = [...guestAddresses(range)];
      assert.equal(new Set(addresses).size, addresses.length);
      assert.equal(addresses.length, capacity(range));
      assert.ok(addresses.every((address) => contains(range, address)));
      for (const used of [range.first, range.last, hostAddress(range)]) assert.ok(!addresses.includes(used));
    }),
  );
});

test("addresses survive being written and read", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => {
      assert.equal(parseAddress(formatAddress(address)), address);
    }),
  );
});

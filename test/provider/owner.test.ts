import assert from "node:assert/strict";
import { test } from "node:test";
import { ForeignError } from "../../provider/errors.js";
import { claim, isOurs, makeMark, observedIdentity } from "../../provider/owner.js";

const me = { urn: "urn:pulumi:dev::lab::t::me", realm: "me@here" };
const mark = { ...me, incarnation: "1", since: "2026-01-01T00:00:00.000Z" };
const what = 'domain "web" on host "local"';

test("The same owner, the owner before a rename, and a known thing without a mark are ours", () => {
  claim(mark, { what, owner: me, adopt: undefined });
  claim(mark, { what, owner: { ...me, urn: "new" }, previous: me, adopt: undefined });
  claim(undefined, { what, owner: me, adopt: undefined, isKnown: true });
});

test("Everybody else's is refused, with who, since when, and the way out; adopt takes it", () => {
  const others = [
    { urn: me.urn, realm: "you@there" },
    { urn: "other", realm: me.realm },
  ];
  for (const owner of others) {
    assert.throws(() => claim(mark, { what, owner, adopt: undefined, isKnown: true }), {
      name: "ForeignError",
      message: `Cannot create ${what}: it belongs to ${me.urn} of realm "me@here" since 2026-01-01T00:00:00.000Z; choose another name, remove it, or take it over with adopt: true`,
    });
    claim(mark, { what, owner, adopt: true });
  }
  assert.throws(() => claim(undefined, { what, owner: me, adopt: false }), ForeignError);
});

test("A mark keeps its time, and only its incarnation may be deleted", () => {
  assert.equal(makeMark(me, "2", mark).since, mark.since);
  assert.equal(isOurs(mark, "1"), true);
  assert.equal(isOurs(mark, "2"), false);
  assert.equal(isOurs(undefined, "1"), false);
});

test("A lost mark is seen as nobody's, in the realm that it had", () => {
  assert.deepEqual(observedIdentity(undefined, { owner: me, incarnation: "1" }), {
    owner: { urn: "", realm: "me@here" },
    incarnation: "1",
  });
  assert.deepEqual(observedIdentity({ ...mark, incarnation: "9" }, { owner: me, incarnation: "1" }), {
    owner: me,
    incarnation: "9",
  });
});

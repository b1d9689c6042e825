// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are written so
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpolate } from "../../compose/interpolate.js";

test("puts variables in, with defaults for those that are unset or empty", () => {
  const environment = { A: "a", EMPTY: "" };
  assert.equal(interpolate("${A}/${B:-b}/${EMPTY:-e}/${B:-}", environment).text, "a/b/e/");
  assert.deepEqual(interpolate("${B}${EMPTY}", environment).missing, ["B", "EMPTY"]);
});

test("leaves every other dollar alone and reads a value only once", () => {
  const environment = { A: "${B}" };
  assert.deepEqual(interpolate("$A $(id) $${A} ${1}", environment), { text: "$A $(id) $${B} ${1}", missing: [] });
});

test("does not take what objects have by nature for a variable", () => {
  assert.deepEqual(interpolate("${constructor}${__proto__}", {}).missing, ["constructor", "__proto__"]);
});

import { test } from "node:test";
import { stories } from "./scenarios/index.js";
import { drawSample } from "./support/sample.js";
import { suite } from "./support/suite.js";

if (process.env.PULUMI_KVM_LONG === "1") {
  test("A sample of the stories", { skip: "parity.long.test.ts tells them all" }, () => {});
} else {
  const seed = Number(process.env.PULUMI_KVM_SEED ?? Date.now() % 100_000);
  console.log(`The stories were drawn with PULUMI_KVM_SEED=${seed}`);
  suite(drawSample(stories, { seed, count: 16 }), { foreign: 2, live: 2 });
}

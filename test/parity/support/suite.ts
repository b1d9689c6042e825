import { describe, test } from "node:test";
import type { Story } from "../story.js";
import { compare } from "./compare.js";
import { crossings, isKept, keep, storyOf } from "./crossings.js";
import { type Engine, embedded, pulumi, pulumiMissing } from "./engines.js";
import { expected, isRecorded, record } from "./expected.js";
import { GAPS } from "./gaps.js";
import { tell } from "./tell.js";
import type { World } from "./world.js";

/**
 * Tells stories to the embedded engine, which must make of them what the Pulumi CLI made of them.
 * @param foreign which are also told with a foreign handler, of those that can be
 * @param live which are also told to the Pulumi CLI, where it is installed
 */
export function suite(stories: Story[], { foreign, live }: { foreign: number; live: number }): void {
  const missing = pulumiMissing();
  const recorded = process.env.PULUMI_KVM_RECORD;
  if (recorded !== undefined) {
    recordAll(stories, { missing, onlyNew: recorded === "missing" });
    return;
  }
  describe("stories", { concurrency: 2 }, () => {
    for (const story of stories) {
      const name = titleOf(story);
      const gap = GAPS[name];
      test(name, gap === undefined ? {} : { todo: gap }, () => check(story, embedded));
    }
    for (const story of stories.filter((candidate) => candidate.foreign).slice(0, foreign)) {
      const gap = GAPS[titleOf(story)];
      const name = `${titleOf(story)} (with a foreign handler)`;
      test(name, gap === undefined ? {} : { todo: gap }, () => check(story, embedded, { foreign: true }));
    }
    for (const story of stories.slice(0, live)) {
      test(`${titleOf(story)} (by the Pulumi CLI)`, { skip: missing ?? false }, () => check(story, pulumi));
    }
  });
}

export function titleOf({ area, name }: Story): string {
  return `${area}: ${name}`;
}

async function check(story: Story, engine: Engine, { foreign = false } = {}): Promise<void> {
  const wanted = expected(story);
  const observed = await tell(story, engine, { foreign });
  compare({ steps: story.steps, observed, expected: wanted, who: `the ${engine.name} engine` });
}

function recordAll(stories: Story[], { missing, onlyNew }: { missing: string | undefined; onlyNew: boolean }): void {
  if (missing !== undefined) throw new Error(`Cannot record: ${missing}`);
  describe("recording", { concurrency: 2 }, () => {
    for (const story of stories) {
      const kept = crossings.filter((crossing) => storyOf(crossing) === story);
      if (onlyNew && isRecorded(story) && kept.every(isKept)) continue;
      test(`${titleOf(story)}`, async () => {
        const onStep = (world: World, steps: number) => {
          for (const crossing of kept) if (crossing.after === steps) keep(crossing, world);
        };
        record(story, await tell(story, pulumi, { onStep }));
      });
    }
  });
}

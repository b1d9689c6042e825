import type { Story } from "../story.js";

/** The shortest story of each area, and others at random: the same ones for the same seed, in random order. */
export function drawSample(stories: Story[], { seed, count }: { seed: number; count: number }): Story[] {
  const random = generator(seed);
  const shortest = new Map<string, Story>();
  for (const story of stories) {
    const known = shortest.get(story.area);
    if (known === undefined || story.steps.length < known.steps.length) shortest.set(story.area, story);
  }
  const chosen = [...shortest.values()];
  const others = shuffled(
    stories.filter((story) => !chosen.includes(story)),
    random,
  );
  return shuffled([...chosen, ...others.slice(0, count - chosen.length)], random);
}

function shuffled<T>(values: T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The known word that was probably meant, if one is near enough. */
export function closest(word: string, known: readonly string[]): string | undefined {
  // Anything that long is no slip of the finger, and comparing takes the product of both lengths.
  if (word.length > 60) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter((entry) => entry.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate ?? known.find((candidate) => isBeginning(word, candidate));
}

/** `memory` for `memory_mb` */
function isBeginning(word: string, known: string): boolean {
  return word.length >= 4 && known.startsWith(`${word}_`);
}

/**
 * How many letters to insert, drop, change or swap with their neighbour (optimal string alignment, the restricted form of
 * Damerau's and Levenshtein's distance).
 */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(last, j) + 1,
          at(row, j - 1) + 1,
          at(last, j - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

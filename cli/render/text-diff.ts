/** A line of a text, kept, added or removed. */
export interface TextLine {
  symbol: " " | "+" | "-";
  text: string;
}

/** The lines in which two texts differ, with a little of what is around; changes far apart come as one. */
export function textDifference(old: string, wanted: string): TextLine[] {
  const before = old.split("\n");
  const after = wanted.split("\n");
  const head = commonLength(before, after);
  const tail = Math.min(
    commonLength([...before].reverse(), [...after].reverse()),
    Math.min(before.length, after.length) - head,
  );
  const around = (lines: string[]) => lines.map((text): TextLine => ({ symbol: " ", text }));
  return [
    ...around(head > CONTEXT ? ["..."] : []),
    ...around(before.slice(Math.max(0, head - CONTEXT), head)),
    ...before.slice(head, before.length - tail).map((text): TextLine => ({ symbol: "-", text })),
    ...after.slice(head, after.length - tail).map((text): TextLine => ({ symbol: "+", text })),
    ...around(before.slice(before.length - tail, before.length - tail + CONTEXT)),
    ...around(tail > CONTEXT ? ["..."] : []),
  ];
}

function commonLength(a: string[], b: string[]): number {
  const end = Math.min(a.length, b.length);
  for (let index = 0; index < end; index++) if (a[index] !== b[index]) return index;
  return end;
}

const CONTEXT = 2;

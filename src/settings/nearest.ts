/** The one of `words` that `text` was probably meant to be; undefined when none is near. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const [best] = words.map((word) => ({ word, far: distance(text, word) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= text.length / 3 ? best.word : undefined;
}

/** How many letters must be changed, added or left out to turn `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const [left = 0, above = 0, before = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, before + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

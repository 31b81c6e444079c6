/** A text with `*` in it, each of which stands for any characters or none. */
export interface WildcardText {
  /** What stands between them; never empty, and with one element when there is none. */
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly text: string;
  /** Of each prefix the length of its longest proper prefix that also ends it. */
  readonly borders: readonly number[];
}

export function wildcardText(segments: readonly string[]): WildcardText {
  return { segments: segments.map((text) => ({ text, borders: bordersOf(text) })) };
}

/**
 * Whether all of `text` is what the wildcards stand for. Each segment is found once, as early as can be, by the method
 * of Knuth, Morris and Pratt: it takes as many steps as both are long together, whatever tenants write.
 */
export function matchesWildcardText({ segments }: WildcardText, text: string): boolean {
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return text === '';
  if (segments.length === 1) return text === first.text;
  const end = text.length - last.text.length;
  if (end < first.text.length || !text.startsWith(first.text) || !text.endsWith(last.text)) return false;
  let at = first.text.length;
  for (const segment of segments.slice(1, -1)) {
    const found = findFrom(text, segment, { at, end });
    if (found === undefined) return false;
    at = found + segment.text.length;
  }
  return true;
}

/** Where the segment first stands in `text` between these places. */
function findFrom(
  text: string,
  { text: segment, borders }: Segment,
  { at, end }: { readonly at: number; readonly end: number },
): number | undefined {
  let matched = 0;
  if (segment === '') return at;
  for (let i = at; i < end; i++) {
    while (matched > 0 && text[i] !== segment[matched]) matched = borders[matched - 1] ?? 0;
    if (text[i] === segment[matched]) matched++;
    if (matched === segment.length) return i - segment.length + 1;
  }
  return undefined;
}

function bordersOf(text: string): number[] {
  const borders = [0];
  for (let i = 1; i < text.length; i++) {
    let border = borders[i - 1] ?? 0;
    while (border > 0 && text[i] !== text[border]) border = borders[border - 1] ?? 0;
    borders.push(text[i] === text[border] ? border + 1 : 0);
  }
  return borders;
}

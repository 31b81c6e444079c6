/** Any run of characters, and exactly one, in a glob's tokens. All others are UTF-16 code units that stand for themselves. */
export const ANY_RUN = -1;
export const ANY_ONE = -2;

/** A pattern whose `*` and `?` were told from the characters `*` and `?`. */
export type Glob = readonly number[];

/** What of a string matching looks at. */
export interface Text {
  readonly length: number;
  charCodeAt(index: number): number;
}

/** The tokens of `pattern` in which each `*` and `?` is a wildcard. */
export function globOf(pattern: string): number[] {
  return Array.from({ length: pattern.length }, (_, i) => {
    const unit = pattern.charCodeAt(i);
    if (unit === STAR) return ANY_RUN;
    return unit === QUESTION_MARK ? ANY_ONE : unit;
  });
}

/** The tokens of a text that stands for itself. */
export function literalTokens(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/**
 * Whether the glob matches all of `text`. Only the last `*` is ever gone back to, so it takes at most as many steps as
 * the one is long times the other: patterns are what tenants write.
 */
export function matchesGlob(glob: Glob, text: Text): boolean {
  let inGlob = 0;
  let inText = 0;
  let afterStar = -1;
  let starText = 0;
  while (inText < text.length) {
    const token = glob[inGlob];
    if (token === ANY_RUN) {
      afterStar = ++inGlob;
      starText = inText;
    } else if (token === ANY_ONE) {
      inText += widthAt(text, inText);
      inGlob++;
    } else if (token !== undefined && token === text.charCodeAt(inText)) {
      inText++;
      inGlob++;
    } else if (afterStar >= 0) {
      if (afterStar === glob.length) return true;
      inGlob = afterStar;
      inText = ++starText;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === ANY_RUN) inGlob++;
  return inGlob === glob.length;
}

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/** A character outside the basic plane is one character, though it has two units. */
function widthAt(text: Text, index: number): number {
  const isPair = (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
  return isPair ? 2 : 1;
}

const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const RFC_1123 = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The time in `text`, ISO 8601 basic such as `20150830T123600Z`; undefined when it is not such a time. */
export function parseTimestamp(text: string): Date | undefined {
  if (!BASIC.test(text)) return undefined;
  const date = new Date(text.replace(BASIC, '$1-$2-$3T$4:$5:$6Z'));
  // Date takes 31 February for 3 March.
  return !Number.isNaN(date.getTime()) && formatTimestamp(date) === text ? date : undefined;
}

/** The time in a `Date` header, which some signers use in place of `X-Amz-Date`: RFC 1123 or ISO 8601 basic. */
export function parseDateHeader(text: string): Date | undefined {
  if (!RFC_1123.test(text)) return parseTimestamp(text);
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `date` to the second, as ISO 8601 basic. */
export function formatTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

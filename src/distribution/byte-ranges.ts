import type { ByteRange } from '../values/byte-range.ts';

/**
 * What a Range header asks of `size` bytes: one range, clipped to what there is, `unsatisfiable` (416), or `whole`
 * when there is no header or one that is to be ignored (several ranges, another unit, not a range). RFC 9110, 14.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from, to] = /^bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole';

  if (from === '') {
    const length = Number(to);
    if (length === 0) return 'unsatisfiable';
    return size === 0 ? 'whole' : { first: Math.max(0, size - length), last: size - 1 };
  }

  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  // A range that ends before it begins is no range to RFC 9110, but nobody who sends one wants the whole blob.
  return first >= size || last < first ? 'unsatisfiable' : { first, last };
}

/**
 * The `first-last` of an upload's Content-Range; undefined when `header` is anything else.
 * distribution-spec 1.1, "Pushing a blob in chunks".
 */
export function parseContentRange(header: string): ByteRange | undefined {
  const [, from, to] = /^([0-9]{1,15})-([0-9]{1,15})$/.exec(header) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const range = { first: Number(from), last: Number(to) };
  return range.last < range.first ? undefined : range;
}

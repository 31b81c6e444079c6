/** Where a span belongs, as whoever called said it. */
export interface TraceContext {
  readonly traceId: string;
  /** Of the span that called. */
  readonly parentId: string;
  readonly isSampled: boolean;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** What the header `traceparent` says; undefined when it is none. W3C Trace Context, level 1, section 3.2. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, traceId, parentId, flags] = TRACEPARENT.exec(header ?? '') ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  // Version 00 ends with the flags; a later one may go on behind a dash.
  if (header?.startsWith('00-') && header.length !== 55) return undefined;
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

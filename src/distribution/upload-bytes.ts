import type { IncomingHttpHeaders } from 'node:http';
import { SizeInvalid } from '../registry/refusals.ts';
import { parseContentRange } from './byte-ranges.ts';
import { ContentRangeInvalid } from './refusals.ts';

/** Whether a request brings bytes: it says how many, or that it will see. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Where a request's bytes belong in the upload; nothing where it does not say (a stream goes behind what is there).
 * distribution-spec 1.1, "Pushing a blob in chunks".
 *
 * @throws ContentRangeInvalid; SizeInvalid when the body has another length than its range
 */
export function placeOfBytes(headers: IncomingHttpHeaders): { firstByte?: number; lastByte?: number } {
  const contentRange = headers['content-range'];
  if (contentRange === undefined) return {};
  const range = parseContentRange(contentRange);
  if (range === undefined) throw ContentRangeInvalid({ contentRange });

  const announced = range.last - range.first + 1;
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== announced) throw SizeInvalid({ announced, received: Number(length) });
  return { firstByte: range.first, lastByte: range.last };
}

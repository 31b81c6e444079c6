import type { Fidelity } from '../values/fidelity.ts';
import { PageSizeInvalid, PageTooLarge } from './refusals.ts';
import type { Query } from './request-target.ts';

const LARGEST_PAGE = 1_000;
const ECR_PAGE = 100;

/**
 * The page that `n` asks for, from 0. More than 1,000 is clamped, so that a number cannot ask for memory; under
 * `aws-strict` it is refused and a page has 100 where `n` is missing, as in ECR (docs/differences.md, tags/list).
 *
 * @throws PageSizeInvalid, PageTooLarge
 */
export function pageSize(query: Query, fidelity: Fidelity): number {
  const n = query.first('n');
  if (n === undefined || n === '') return fidelity === 'aws-strict' ? ECR_PAGE : LARGEST_PAGE;
  if (!/^[0-9]+$/.test(n)) throw PageSizeInvalid({ n });
  const wanted = Number(n);
  if (wanted > LARGEST_PAGE && fidelity === 'aws-strict') throw PageTooLarge({ n, limit: LARGEST_PAGE });
  return Math.min(wanted, LARGEST_PAGE);
}

/** The Link header (RFC 8288) to the page behind `last`; none when there is no such page. Relative: it works anywhere. */
export function nextLink(path: string, parameters: readonly (readonly [string, string])[], last: string | undefined) {
  if (last === undefined) return {};
  const query = [...parameters, ['last', last] as const].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return { Link: `<${path}?${query.join('&')}>; rel="next"` };
}

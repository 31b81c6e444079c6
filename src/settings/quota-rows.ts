import * as v from 'valibot';
import { isSettable, QUOTAS, type QuotaValues } from '../values/quotas.ts';
import type { Row } from './row.ts';

const KEYS: ReadonlySet<string> = new Set(QUOTAS.filter(isSettable).map((it) => it.key));
const PAIR = /^([a-z-]+)=([1-9][0-9]{0,8})$/;

const quotas = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => PAIR.exec(it.trim()))),
  v.check(
    (pairs) =>
      pairs.every((it) => it !== null && KEYS.has(it[1] ?? '')) &&
      new Set(pairs.map((it) => it?.[1])).size === pairs.length,
  ),
  v.transform((pairs): QuotaValues => new Map(pairs.map((it) => [it?.[1] ?? '', Number(it?.[2])]))),
);

/** Settings of what an account may have, and how often it may call. */
export const quotaRows = {
  quotas: {
    what: 'Quotas that are other than ECR publishes them: see docs/quotas.md for their names',
    allowed: 'NAME=NUMBER, separated by commas, of different quotas that can be set',
    example: 'images-per-repository=200000,rate-of-put-image=50',
    fallback: undefined,
    shape: quotas,
  },
  throttling: {
    what: 'How often an account may call an operation where BERTH_QUOTAS says nothing: any number of times, as ECR has it, or ten times as often',
    allowed: 'off, ecr or tenfold',
    example: 'tenfold',
    fallback: undefined,
    fallbackShown: 'tenfold with BERTH_DATABASE, off without',
    shape: v.picklist(['off', 'ecr', 'tenfold']),
  },
} as const satisfies Record<string, Row>;

import { describe, expect, test } from 'vitest';
import { whyNotOn } from './postgres-server.ts';

const FIFTEEN = {
  version: 'PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit',
  number: 150_018,
  encoding: 'UTF8',
};

describe('a database is taken', () => {
  test.each([
    ['as the tests have it', FIFTEEN],
    ['of the oldest version', { ...FIFTEEN, version: 'PostgreSQL 14.0 on x86_64', number: 140_000 }],
    ['of a version that is not out yet', { ...FIFTEEN, version: 'PostgreSQL 22.1 on aarch64', number: 220_001 }],
  ])('%s', (_, facts) => expect(whyNotOn(facts)).toBeUndefined());
});

describe('a database is refused with the reason', () => {
  test.each([
    [
      { ...FIFTEEN, version: 'PostgreSQL 13.23 on x86_64', number: 130_023 },
      'PostgreSQL 14 or newer: PostgreSQL 13.23',
    ],
    [{ ...FIFTEEN, encoding: 'SQL_ASCII' }, "SQL_ASCII. Create it with encoding 'UTF8'."],
    // As they say it themselves; the numbers are those of the PostgreSQL whose protocol they speak.
    [{ ...FIFTEEN, version: 'CockroachDB CCL v25.4.1 (x86_64-pc-linux-gnu)', number: 130_000 }, 'PostgreSQL itself'],
    [{ ...FIFTEEN, version: 'PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64', number: 150_012 }, 'PostgreSQL itself'],
  ])('%j', (facts, words) => expect(whyNotOn(facts)).toContain(words));
});

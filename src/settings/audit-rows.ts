import type { Row } from './row.ts';
import { wholeNumber } from './shapes.ts';

/** Settings of the audit trail. */
export const auditRows = {
  auditDays: {
    what: 'Days that who did what is kept: as JSON lines in DATA_DIR/audit, and for lookups',
    allowed: 'a whole number of days from 1 to 3650',
    example: '90',
    fallback: '90',
    shape: wholeNumber(1, 3650),
  },
  auditReads: {
    what: 'Of calls that change nothing, pulls above all, how many of the newest can be looked up; files have all',
    allowed: 'a whole number from 0 to 100000000',
    example: '100000',
    fallback: '100000',
    shape: wholeNumber(0, 100_000_000),
  },
} as const satisfies Record<string, Row>;

import * as v from 'valibot';
import type { Row } from './row.ts';

/** Settings of what is told to those who watch. */
export const telemetryRows = {
  metricsToken: {
    what: 'Bearer token that Prometheus sends to read /metrics; nothing is measured without one',
    allowed: '16 to 256 characters without spaces',
    example: 'the output of: openssl rand -hex 32',
    fallback: undefined,
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,256}$/)),
    isSecret: true,
  },
} as const satisfies Record<string, Row>;

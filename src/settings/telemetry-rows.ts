import * as v from 'valibot';
import type { Row } from './row.ts';
import { url } from './shapes.ts';

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
  otlpEndpoint: {
    what: 'OpenTelemetry collector that is told of each request as a span, by OTLP over HTTP in JSON',
    allowed: 'an http or https URL',
    example: 'http://127.0.0.1:4318',
    fallback: undefined,
    fallbackShown: 'no traces',
    shape: url,
  },
} as const satisfies Record<string, Row>;

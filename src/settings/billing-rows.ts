import type { Row } from './row.ts';
import { destinations, path } from './shapes.ts';

/** Settings of what usage costs. */
export const billingRows = {
  prices: {
    what: 'JSON file with the prices of usage, instead of those that Amazon publishes for ECR',
    allowed: 'a path',
    example: '/etc/berth/prices.json',
    fallback: undefined,
    fallbackShown: "Amazon's prices of us-east-1",
    shape: path,
  },
  networks: {
    what: 'Where clients are, for what is sent to them: networks and same-region, other-region or internet',
    allowed: 'a list of NETWORK=DESTINATION separated by commas',
    example: '10.0.0.0/8=same-region,10.9.0.0/16=other-region',
    fallback: undefined,
    fallbackShown: 'public addresses are the internet, others the same region',
    shape: destinations,
  },
} as const satisfies Record<string, Row>;

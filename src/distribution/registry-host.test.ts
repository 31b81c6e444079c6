import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registryOfHost } from './registry-host.ts';

const account = fc.stringMatching(/^[0-9]{12}$/);
const region = fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1', 'ap-southeast-2', 'cn-north-1');
const domain = fc.constantFrom('amazonaws.com', 'on.aws', 'amazonaws.com.cn', 'localhost', 'registry.example.org');
const infix = fc.constantFrom('dkr.ecr', 'dkr-ecr', 'dkr.ecr-fips', 'dkr-ecr-fips');
const port = fc.constantFrom('', ':443', ':5000', ':65535');

describe('the registry that a host names', () => {
  test('a host of ECR form gives back the account and region it was made of', () => {
    const roundTrip = fc.property(
      account,
      infix,
      region,
      domain,
      port,
      (anAccount, anInfix, aRegion, aDomain, aPort) => {
        const host = `${anAccount}.${anInfix}.${aRegion}.${aDomain}${aPort}`;
        const expected = { account: anAccount, region: aRegion };
        expect(registryOfHost(host)).toEqual(expected);
        expect(registryOfHost(host.toUpperCase())).toEqual(expected);
      },
    );
    fc.assert(roundTrip, { numRuns: 2_000 });
  });

  test('whatever it is given, it answers a well-formed registry that stands in the text, or undefined', () => {
    const total = fc.property(fc.oneof(fc.string(), fc.webAuthority(), fc.domain()), (host) => {
      const registry = registryOfHost(host);
      if (registry !== undefined) {
        expect(host.toLowerCase()).toContain(registry.region);
        expect(host).toMatch(new RegExp(`^${registry.account}\\.`));
      }
    });
    fc.assert(total, { numRuns: 5_000 });
  });

  test.each([
    'localhost:5000',
    '127.0.0.1:5000',
    '[::1]:5000',
    '',
    '12345678901.dkr.ecr.us-east-1.amazonaws.com', // eleven digits
    '1234567890123.dkr.ecr.us-east-1.amazonaws.com',
    'x123456789012.dkr.ecr.us-east-1.amazonaws.com',
    '123456789012.dkr.ecr.us-east-1', // no domain
    '123456789012.dkr.ecr.us-east-1.', // no domain
    '123456789012.dkr.ecr.nowhere.amazonaws.com',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com:port',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/evil',
    '123456789012.dkr.ecr.us-east-1.ama"zonaws.com',
    'evil.org.123456789012.dkr.ecr.us-east-1.amazonaws.com',
  ])('%j names no registry', (host) => {
    expect(registryOfHost(host)).toBeUndefined();
  });
});

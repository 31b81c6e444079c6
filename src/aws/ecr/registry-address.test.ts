import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registryHost, registryUrl } from './registry-address.ts';

const registry = { account: '123456789012', region: 'us-east-1' };

function hostFor(host: string, domain?: string): string {
  return registryHost({ origin: `https://${host}`, domain }, registry);
}

describe('the address of a registry', () => {
  test.each([
    ['api.ecr.us-east-1.amazonaws.com', '123456789012.dkr.ecr.us-east-1.amazonaws.com'],
    ['api.ecr.cn-north-1.amazonaws.com.cn', '123456789012.dkr.ecr.us-east-1.amazonaws.com.cn'],
    ['api.ecr.us-east-1.example.com:8443', '123456789012.dkr.ecr.us-east-1.example.com:8443'],
    ['API.ECR.us-east-1.Example.com', '123456789012.dkr.ecr.us-east-1.example.com'],
    ['ecr.us-east-1.api.aws', '123456789012.dkr-ecr.us-east-1.on.aws'],
    ['ecr-fips.us-east-1.amazonaws.com', '123456789012.dkr.ecr-fips.us-east-1.amazonaws.com'],
    ['999999999999.dkr.ecr.us-east-1.amazonaws.com', '123456789012.dkr.ecr.us-east-1.amazonaws.com'],
    ['999999999999.dkr-ecr.us-east-1.on.aws:444', '123456789012.dkr-ecr.us-east-1.on.aws:444'],
  ])('is of the form of %s, by which the caller came', (host, expected) => {
    expect(hostFor(host)).toBe(expected);
  });

  test.each([
    'localhost:5000',
    '127.0.0.1:5000',
    '[::1]:5000',
    'registry.example.com',
    'ecr.example.com',
    'api.ecr.us-east-1',
    '12345.dkr.ecr.us-east-1.amazonaws.com',
  ])('is %s itself, which has not the form of an ECR host', (host) => {
    expect(hostFor(host)).toBe(host);
  });

  test('is under the domain of the installation, whatever the caller used', () => {
    expect(hostFor('localhost:5000', 'example.com:8443')).toBe('123456789012.dkr.ecr.us-east-1.example.com:8443');
  });

  test('has the scheme by which the caller came', () => {
    expect(registryUrl({ origin: 'http://localhost:5000', domain: undefined }, registry)).toBe('http://localhost:5000');
    expect(registryUrl({ origin: 'https://localhost:5000', domain: 'example.com' }, registry)).toBe(
      'https://123456789012.dkr.ecr.us-east-1.example.com',
    );
  });

  test('leads back to itself: whoever calls the API by it is told the same', () => {
    const suffix = fc.stringMatching(/^[a-z]{1,9}(?:\.[a-z]{1,9}){0,2}(?::[0-9]{2,5})?$/);
    const form = fc.constantFrom('api.ecr', 'ecr', 'api.ecr-fips', 'ecr-fips');
    const region = fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1');
    fc.assert(
      fc.property(form, region, suffix, (api, of, under) => {
        const told = hostFor(`${api}.${of}.${under}`);

        expect(told).toMatch(/^123456789012\.dkr[.-]ecr/);
        expect(hostFor(told)).toBe(told);
      }),
    );
  });
});

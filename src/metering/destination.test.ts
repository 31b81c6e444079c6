import { expect, test } from 'vitest';
import { destinations } from './destination.ts';

test.each([
  ['203.0.114.9', 'internet'],
  ['127.0.0.1', 'same-region'],
  ['192.168.7.7', 'same-region'],
  ['10.9.1.1', 'other-region'],
  ['10.8.1.1', 'same-region'],
  ['2001:470::1', 'other-region'],
  [undefined, 'same-region'],
])('%s is %s', (address, where) => {
  const networks = [
    { address: '10.0.0.0', prefix: 8, destination: 'same-region' },
    { address: '10.9.0.0', prefix: 16, destination: 'other-region' },
    { address: '2001:470::', prefix: 32, destination: 'other-region' },
  ] as const;
  expect(destinations(networks)(address)).toBe(where);
});

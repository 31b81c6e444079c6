import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { originOf } from './origin.ts';

test('the origin is the host as the caller wrote it, by the scheme he used', () => {
  const headers = { host: 'LocalHost:5000' };

  expect(originOf({ headers, socket: new Socket() })).toBe('http://LocalHost:5000');
  expect(originOf({ headers, socket: new TLSSocket(new Socket()) })).toBe('https://LocalHost:5000');
});

test('a proxy that ends TLS says that the caller came by https', () => {
  const headers = { host: 'registry.example.com', 'x-forwarded-proto': 'https' };

  expect(originOf({ headers, socket: new Socket() })).toBe('https://registry.example.com');
});

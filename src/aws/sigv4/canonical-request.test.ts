import { describe, expect, test } from 'vitest';
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.ts';

test.each([
  ['', '/'],
  ['/', '/'],
  ['//', '/'],
  ['/./', '/'],
  ['/../', '/'],
  ['/example/..', '/'],
  ['/example/', '/example/'],
  ['/a//b/../c', '/a/c'],
  ['/a//b/../c/', '/a/c/'],
  ['/./example', '/example'],
  ['/-._~0189AZaz', '/-._~0189AZaz'],
  ['/a%20b', '/a%2520b'],
  ['/a b', '/a%20b'],
  ['/a%2Fb%2f..', '/a%252Fb%252f..'],
  ['/\u00e1\u0088\u00b4', '/%E1%88%B4'], // The bytes of U+1234 in UTF-8, as node:http gives them.
  ["/!'()*", '/%21%27%28%29%2A'],
])('the canonical path of %j is %j', (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical);
});

test.each([
  ['', ''],
  ['f', 'f='],
  ['f=', 'f='],
  ['b=2&a=1', 'a=1&b=2'],
  ['a=2&a=1', 'a=1&a=2'],
  ['b=x&B=x', 'B=x&b=x'],
  ['p1=1&p=2', 'p=2&p1=1'],
  ['a-b=1&a=2', 'a=2&a-b=1'],
  ['a=b=c', 'a=b%3Dc'],
  ['a=b c+d', 'a=b%20c%2Bd'],
  ['a=%7e%2d%c3%a9', 'a=~-%C3%A9'],
  ['a=%zz%2', 'a=%25zz%252'],
  ['a=1&&b=2&', 'a=1&b=2'],
  ['a?b=/', 'a%3Fb=%2F'],
  ['X-Amz-Signature=00&x-amz-signature=1&X-Amz-Security-Token=t', 'X-Amz-Security-Token=t&x-amz-signature=1'],
])('the canonical query of %j is %j', (query, canonical) => {
  expect(canonicalQuery(query)).toBe(canonical);
});

describe('the canonical headers', () => {
  test('are trimmed, folded and joined in the order received, whatever the case of their names', () => {
    const request = {
      method: 'GET',
      url: '/',
      rawHeaders: ['My-Header', '  b   "c   d"\t', 'Host', 'h:80', 'my-header', 'a', 'Other', 'x'],
      body: new Uint8Array(),
    };

    expect(canonicalRequest(request, 'host;my-header', 'hash')).toBe(
      'GET\n/\n\nhost:h:80\nmy-header:b "c d",a\n\nhost;my-header\nhash',
    );
  });
});

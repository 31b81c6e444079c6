import { expect, test } from 'vitest';
import { chooseDoor, pathOf } from './choose-door.ts';

test.each([
  ['GET', '/v2/', {}, 'distribution'],
  ['GET', '/v2', {}, 'distribution'],
  ['PUT', '/v2/a%2F..%2Fb/manifests/1', {}, 'distribution'],
  ['GET', 'http://registry.example.com/v2/app/tags/list', {}, 'distribution'],
  ['GET', '/layers/123456789012/us-east-1/app/sha256:00?signature=x', {}, 'distribution'],
  ['GET', '/v2x', {}, undefined],
  ['GET', '//v2/', {}, undefined],
  ['POST', '/', { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.ListImages' }, 'aws'],
  ['POST', '/v2/app', { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.ListImages' }, 'aws'],
  ['POST', '/', {}, 'aws'],
  ['GET', '/?Action=X&X-Amz-Signature=00', {}, 'aws'],
  ['GET', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=x' }, 'aws'],
  ['PUT', '/signing-profiles/app', { authorization: 'AWS4-HMAC-SHA256 Credential=x' }, 'aws'],
  ['GET', '/tags/arn?X-Amz-Signature=00', {}, 'aws'],
  ['GET', '/v2/', { authorization: 'AWS4-HMAC-SHA256 Credential=x' }, 'distribution'],
  ['GET', '/signing-profiles', {}, undefined],
  ['GET', '/?Version=2011-06-15&Action=AssumeRoleWithWebIdentity', {}, 'aws'],
  ['GET', '/?NoAction=x', {}, 'welcome'],
  ['GET', '/', {}, 'welcome'],
  ['GET', '/?a=NotX-Amz-Signature=1', {}, 'welcome'],
  ['GET', '/healthz', {}, 'health'],
  ['GET', '/readyz?verbose', {}, 'health'],
  ['GET', '/healthz/x', {}, undefined],
  ['GET', '/metrics', {}, 'metrics'],
  ['GET', '/metrics?x', {}, 'metrics'],
  ['GET', '/metrics/x', {}, undefined],
  ['GET', '', {}, undefined],
])('%s %s with %j goes to %s', (method, url, headers, door) => {
  expect(chooseDoor({ method, url, headers })).toBe(door);
});

test('what is logged of an address holds no query', () => {
  expect(pathOf('/v2/app/blobs/1?X-Amz-Signature=abc')).toBe('/v2/app/blobs/1');
  expect(pathOf('http://host:5000?X-Amz-Signature=abc')).toBe('');
});

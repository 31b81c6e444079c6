import { expect, test } from 'vitest';
import { ECR_LIMITS } from './limits.ts';
import { isSettable, limitsOf, QUOTAS } from './quotas.ts';

test('each quota has a key and a code of its own, which the API takes', () => {
  for (const of of ['key', 'code', 'name'] as const) {
    expect(new Set(QUOTAS.map((it) => it[of])).size).toBe(QUOTAS.length);
  }
  for (const { key, code } of QUOTAS) {
    expect(key).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(code).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{1,127}$/);
  }
  expect(QUOTAS.find((it) => it.rateOf === 'PutImage')).toMatchObject({ key: 'rate-of-put-image', value: 10 });
});

test('what is set bounds what it names, in the units of the limit, and nothing else', () => {
  expect(limitsOf(new Map())).toEqual(ECR_LIMITS);
  const values = new Map([
    ['images-per-repository', 7],
    ['maximum-layer-size', 3],
    ['rate-of-put-image', 1],
  ]);

  expect(limitsOf(values)).toEqual({ ...ECR_LIMITS, imagesPerRepository: 7, layerSizeInBytes: 3 * 1024 * 1024 });
});

test('the published numbers are ECR’s', () => {
  const published = Object.fromEntries(QUOTAS.map((it) => [it.name, it.value]));
  expect(published).toMatchObject({
    'Registered repositories': 100_000,
    'Images per repository': 100_000,
    'Layer parts': 4_200,
    'Minimum layer part size': 5,
    'Maximum layer size': 52_000,
    'Lifecycle policy length': 30_720,
    'Rate of GetAuthorizationToken requests': 500,
    'Rate of BatchGetImage requests': 2_000,
  });
  expect(QUOTAS.filter((it) => !isSettable(it)).map((it) => it.name)).toContain('Rules per lifecycle policy');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRepositoryName } from '../values/names.ts';
import { Refusal } from '../values/refusal.ts';
import { CompleteUpload } from './complete-upload.ts';
import type { Endpoint, Parts } from './endpoint.ts';
import { GetBlob } from './get-blob.ts';
import { GetManifest } from './get-manifest.ts';
import { ListTags } from './list-tags.ts';
import { findRoute, routes } from './routes.ts';
import { StartUpload } from './start-upload.ts';

const segment = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8})?$/);
// Names that are made of the words of the routes themselves are the ones that confuse a router.
const word = fc.constantFrom('manifests', 'blobs', 'uploads', 'tags', 'list', 'referrers', 'v2');
const name = fc
  .array(fc.oneof(segment, word), { minLength: 1, maxLength: 5 })
  .map((it) => it.join('/'))
  .filter(isRepositoryName);
const reference = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,20}$/);

describe('the table of routes', () => {
  test('finds for every name the endpoint of the form that the path was made of', () => {
    const found = fc.property(name, reference, fc.constantFrom(...routes), (aName, aReference, route) => {
      const path = route.form.replace('{name}', aName).replace('{reference}', aReference);
      const { endpoint, parts } = findRoute(route.method, path);

      expect(endpoint).toBe(route.endpoint);
      expect(parts.repositoryName).toBe(route.form.includes('{name}') ? aName : '');
      expect(parts.reference).toBe(route.form.includes('{reference}') ? aReference : '');
    });
    fc.assert(found, { numRuns: 5_000 });
  });

  test('answers any path with a route of a well-formed name, or with a refusal, never with a bug', () => {
    const piece = fc.oneof(
      segment,
      word,
      fc.string({ maxLength: 5 }),
      fc.constantFrom('', '.', '..', '%2F', '%00', '%zz', '%2e%2e', '\0', '%C3%28'),
    );
    const path = fc.array(piece, { maxLength: 8 }).map((it) => `/v2/${it.join('/')}`);
    const total = fc.property(
      fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'X'),
      path,
      (method, aPath) => {
        const outcome = outcomeOf(method, aPath);
        if (outcome instanceof Refusal) expect([400, 404, 405]).toContain(outcome.oci.status);
        else expect(outcome.repositoryName === '' || isRepositoryName(outcome.repositoryName)).toBe(true);
      },
    );
    fc.assert(total, { numRuns: 10_000 });
  });

  test.each([
    ['GET', '/v2/a/manifests/b/manifests/latest', GetManifest, 'a/manifests/b', 'latest'],
    ['GET', '/v2/a/tags/list/manifests/v1', GetManifest, 'a/tags/list', 'v1'],
    ['GET', '/v2/a/manifests/tags/list', ListTags, 'a/manifests', ''],
    ['GET', '/v2/a/blobs/uploads/blobs/sha256%3Aabc', GetBlob, 'a/blobs/uploads', 'sha256:abc'],
    ['POST', '/v2/app/blobs/uploads', StartUpload, 'app', ''],
    ['PUT', '/v2/app/blobs/uploads/blobs/uploads/id', CompleteUpload, 'app/blobs/uploads', 'id'],
  ] as const)('%s %s is no riddle', (method, path, endpoint, repositoryName, aReference) => {
    expect(findRoute(method, path)).toMatchObject({ endpoint, parts: { repositoryName, reference: aReference } });
  });

  test('an endpoint that states no action does not type-check', () => {
    // @ts-expect-error: the door would not know what to ask for.
    const forgetful: Endpoint = { resources: () => ['*'], handle: () => Promise.resolve() };
    expect(routes.map((it) => it.endpoint)).not.toContain(forgetful);
  });

  test('every endpoint states its action and touches at least one resource', () => {
    const registry = { account: '123456789012', region: 'us-east-1' };
    for (const { endpoint } of routes) {
      const resources = endpoint.resources({ repositoryName: 'app', reference: 'v1' }, registry);
      expect(endpoint.action).toMatch(/^(ecr:[A-Z][A-Za-z]+|logged in)$/);
      expect(
        resources.every((it) => it === '*' || it.startsWith('arn:aws:ecr:us-east-1:123456789012:repository/')),
      ).toBe(true);
      expect(resources.length).toBeGreaterThan(0);
    }
  });
});

function outcomeOf(method: string, path: string): Parts | Refusal {
  try {
    return findRoute(method, path).parts;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

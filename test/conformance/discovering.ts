import { describe, expect, test } from 'vitest';
import type { Answer } from './http-client.ts';
import {
  anImage,
  digestOf,
  errorCodes,
  jsonOf,
  nextOf,
  pushBlob,
  pushImage,
  putManifest,
  type Subject,
} from './registry-under-test.ts';

const TAGS = ['0', 'A', 'Z', '_x', 'a', 'b', 'latest', 'v1', 'v1.10', 'v1.9'];

/** distribution-spec 1.1, "Listing Tags"; the catalog of the Docker registry API. */
export function discovering(subject: () => Subject): void {
  const tagsOf = (answer: Answer) => jsonOf<{ tags: string[] }>(answer).tags;

  async function tagged(): Promise<{ path: string; repository: string }> {
    const { client, registry } = subject();
    const repository = await registry.freshRepository();
    const manifest = await anImage(client, repository);
    const put = await putManifest(client, repository, manifest, { query: `?tag=${[...TAGS].reverse().join('&tag=')}` });
    expect(put.status).toBe(201);
    return { path: `/v2/${repository}/tags/list`, repository };
  }

  describe('listing tags', () => {
    test('gives all of them in the order of their bytes', async () => {
      const { path, repository } = await tagged();

      const answer = await subject().client.send('GET', path);

      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(jsonOf(answer)).toEqual({ name: repository, tags: TAGS });
      expect(nextOf(answer)).toBeUndefined();
    });

    test.each([1, 3, 9, 10, 11, 1_000, 5_000])('in pages of %d gives each once, by following Link', async (n) => {
      const { path } = await tagged();
      const seen: string[] = [];

      for (let next: string | undefined = `${path}?n=${n}`; next !== undefined; ) {
        const answer: Answer = await subject().client.send('GET', next);
        const page = tagsOf(answer);
        next = nextOf(answer);
        expect(page.length === Math.min(n, 1_000) || next === undefined).toBe(true);
        expect(page.length).toBeGreaterThan(0);
        seen.push(...page);
      }

      expect(seen).toEqual(TAGS);
    });

    test('of n=0 gives none and no Link', async () => {
      const { path } = await tagged();
      const answer = await subject().client.send('GET', `${path}?n=0`);
      expect([answer.status, tagsOf(answer), answer.headers['link']]).toEqual([200, [], undefined]);
    });

    test.each([
      ['last=latest', ['v1', 'v1.10', 'v1.9']],
      ['last=latest&n=2', ['v1', 'v1.10']],
      ['n=2&last=m-is-no-tag', ['v1', 'v1.10']],
      ['last=zzz', []],
      ['last=', TAGS],
    ])('%s goes on behind that tag', async (query, expected) => {
      const { path } = await tagged();
      expect(tagsOf(await subject().client.send('GET', `${path}?${query}`))).toEqual(expected);
    });

    test('a page that can be no number is refused, and one of any size answered', async () => {
      const { path } = await tagged();
      for (const n of ['-1', 'x', '1.5', '0x10', '%20', '1e3']) {
        const answer = await subject().client.send('GET', `${path}?n=${n}`);
        expect([n, answer.status, errorCodes(answer)]).toEqual([n, 400, ['UNSUPPORTED']]);
      }
      const huge = await subject().client.send('GET', `${path}?n=99999999999999999999999999`);
      expect(tagsOf(huge)).toEqual(TAGS);
    });

    test('is empty for an empty repository, and 404 for none', async () => {
      const { client, registry } = subject();
      const empty = await client.send('GET', `/v2/${await registry.freshRepository()}/tags/list`);
      expect([empty.status, tagsOf(empty)]).toEqual([200, []]);

      for (const query of ['', '?n=0']) {
        const missing = await client.send('GET', `/v2/never/heard-of/tags/list${query}`);
        expect([missing.status, errorCodes(missing)]).toEqual([404, ['NAME_UNKNOWN']]);
      }
    });

    test('untagged images are not in it', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      await pushImage(client, repository);
      expect(tagsOf(await client.send('GET', `/v2/${repository}/tags/list`))).toEqual([]);
    });
  });

  test('the catalog names every repository once, in pages too', async () => {
    const { client, registry } = subject();
    const made = [await registry.freshRepository(), await registry.freshRepository(), await registry.freshRepository()];
    const whole = jsonOf<{ repositories: string[] }>(await client.send('GET', '/v2/_catalog')).repositories;
    const seen: string[] = [];

    for (let next: string | undefined = '/v2/_catalog?n=2'; next !== undefined; ) {
      const answer: Answer = await client.send('GET', next);
      seen.push(...jsonOf<{ repositories: string[] }>(answer).repositories);
      next = nextOf(answer);
    }

    expect(whole).toEqual(expect.arrayContaining(made));
    expect(seen).toEqual([...new Set(whole)].sort());
  });

  test('pushed content is seen by the next request', async () => {
    const { client, registry } = subject();
    const repository = await registry.freshRepository();
    const { digest } = await pushBlob(client, repository, Buffer.from(`at once in ${repository}`));
    const image = await pushImage(client, repository, { tag: 'now' });

    expect((await client.send('HEAD', `/v2/${repository}/blobs/${digest}`)).status).toBe(200);
    expect(tagsOf(await client.send('GET', `/v2/${repository}/tags/list`))).toEqual(['now']);
    expect((await client.send('HEAD', `/v2/${repository}/manifests/now`)).headers['docker-content-digest']).toBe(
      digestOf(image.manifest),
    );
  });
}

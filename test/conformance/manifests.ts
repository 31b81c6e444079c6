import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  aBlob,
  anImage,
  anIndex,
  CONFIG,
  DOCKER_IMAGE,
  DOCKER_LIST,
  digestOf,
  EMPTY_TYPE,
  errorCodes,
  IMAGE,
  INDEX,
  json,
  jsonOf,
  LAYER,
  locationOf,
  pushBlob,
  pushImage,
  putManifest,
  type Subject,
} from './registry-under-test.ts';

const MEBIBYTE = 1024 * 1024;

/** distribution-spec 1.1, "Pushing Manifests"; image-spec 1.1; tags by parameter of the coming version. */
export function manifests(subject: () => Subject): void {
  const get = (repository: string, reference: string) =>
    subject().client.send('GET', `/v2/${repository}/manifests/${reference}`);

  describe('pushing a manifest', () => {
    test('by tag and by digest answers 201 with where it is and what it is', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const manifest = await anImage(client, repository);

      for (const reference of ['v1', digestOf(manifest)]) {
        const put = await putManifest(client, repository, manifest, { reference });
        expect([put.status, put.body.length]).toEqual([201, 0]);
        expect(put.headers['docker-content-digest']).toBe(digestOf(manifest));
        const got = await client.send('GET', locationOf(put));
        expect(got.body).toEqual(manifest);
      }
    });

    test('again succeeds, and moves the tag when the manifest is another one', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const [one, two] = [await anImage(client, repository), await anImage(client, repository)];

      for (const manifest of [one, one, two]) {
        expect((await putManifest(client, repository, manifest, { reference: 'v1' })).status).toBe(201);
      }

      expect((await get(repository, 'v1')).body).toEqual(two);
      expect((await get(repository, digestOf(one))).body).toEqual(one);
    });

    test('by a digest that is not its own is refused', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const manifest = await anImage(client, repository);

      const put = await putManifest(client, repository, manifest, { reference: ABSENT });

      expect([put.status, errorCodes(put)]).toEqual([400, ['DIGEST_INVALID']]);
      expect((await get(repository, digestOf(manifest))).status).toBe(404);
    });

    test('by sha512 keeps it under that digest', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const layer = await pushBlob(client, repository, aBlob(), { algorithm: 'sha512' });
      const config = await pushBlob(client, repository, aBlob(), { algorithm: 'sha512', mediaType: CONFIG });
      const manifest = await anImage(client, repository, { config, layers: [layer] });
      const digest = digestOf(manifest, 'sha512');

      const put = await putManifest(client, repository, manifest, { reference: digest });

      expect([put.status, put.headers['docker-content-digest']]).toEqual([201, digest]);
      const got = await get(repository, digest);
      expect([got.status, got.headers['docker-content-digest']]).toEqual([200, digest]);
      expect(got.body).toEqual(manifest);
    });

    test('of almost four megabytes works, and of more than 4 MiB answers 413', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const annotations = Object.fromEntries(
        Array.from({ length: 390 }, (_, i) => [`org.example.large.${i}`, 'x'.repeat(10_000)]),
      );
      const large = await anImage(client, repository, { annotations });
      const tooLarge = await anImage(client, repository, { annotations: { a: 'x'.repeat(4 * MEBIBYTE) } });

      const accepted = await putManifest(client, repository, large, { reference: 'large' });
      const refused = await putManifest(client, repository, tooLarge, { reference: 'too-large' });

      expect(large.length).toBeGreaterThan(3_900_000);
      expect(accepted.status).toBe(201);
      expect((await get(repository, 'large')).body.equals(large)).toBe(true);
      expect([refused.status, errorCodes(refused)]).toEqual([413, ['SIZE_INVALID']]);
      expect((await get(repository, 'too-large')).status).toBe(404);
    });

    test('whose blobs are missing names what is missing', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const layers = [{ mediaType: LAYER, digest: ABSENT, size: 1 }];

      const put = await putManifest(client, repository, await anImage(client, repository, { layers }));

      expect([put.status, errorCodes(put)]).toEqual([404, ['MANIFEST_BLOB_UNKNOWN']]);
      expect(String(put.body)).toContain(ABSENT);
    });

    test('into a repository that does not exist is refused', async () => {
      const put = await putManifest(subject().client, 'never/heard-of', json({ schemaVersion: 2 }), {
        reference: 'v1',
      });
      expect([put.status, errorCodes(put)[0]]).toEqual([
        expect.any(Number),
        expect.stringMatching(/NAME_UNKNOWN|MANIFEST_INVALID/),
      ]);
    });
  });

  describe('images and indexes', () => {
    async function expectKept(repository: string, manifest: Buffer, mediaType: string) {
      const put = await putManifest(subject().client, repository, manifest, { mediaType });
      expect([put.status, String(put.body)]).toEqual([201, '']);
      const got = await get(repository, digestOf(manifest));
      expect(got.headers['content-type']).toBe(mediaType);
      expect(got.body).toEqual(manifest);
      return { mediaType, digest: digestOf(manifest), size: manifest.length };
    }

    test('an image without layers, and an artifact with the empty config', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const empty = await pushBlob(client, repository, Buffer.from('{}'), { mediaType: EMPTY_TYPE });

      await expectKept(repository, await anImage(client, repository, { layers: [] }), IMAGE);
      const artifact = { config: empty, layers: [empty], artifactType: 'application/vnd.example+type' };
      await expectKept(repository, await anImage(client, repository, artifact), IMAGE);
    });

    test('a layer that is fetched elsewhere need not be here', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const foreign = {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        digest: ABSENT,
        size: 12_345,
        urls: ['https://layers.example.com/layer'],
      };

      await expectKept(repository, await anImage(client, repository, { layers: [foreign] }), IMAGE);
    });

    test('an index, one of indexes, one of nothing, and one of images that are not here', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const child = await pushImage(client, repository);
      const platform = { architecture: 'arm64', os: 'linux' };

      const inner = await expectKept(
        repository,
        anIndex([{ mediaType: IMAGE, digest: child.digest, size: child.size, platform }]),
        INDEX,
      );
      await expectKept(repository, anIndex([inner]), INDEX);
      await expectKept(repository, anIndex([]), INDEX);
      const sparse = { mediaType: IMAGE, digest: ABSENT, size: 123 };
      await expectKept(
        repository,
        anIndex([{ mediaType: IMAGE, digest: child.digest, size: child.size }, sparse]),
        INDEX,
      );
    });

    test('the cache of BuildKit, an index whose entries are layers', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const layer = await pushBlob(client, repository, aBlob());
      const config = await pushBlob(client, repository, aBlob(), {
        mediaType: 'application/vnd.buildkit.cacheconfig.v0',
      });

      await expectKept(repository, anIndex([layer, config]), INDEX);
    });

    test("Docker's image manifest and manifest list", async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const config = await pushBlob(client, repository, aBlob(), {
        mediaType: 'application/vnd.docker.container.image.v1+json',
      });
      const layer = await pushBlob(client, repository, aBlob(), {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      });

      const image = await expectKept(
        repository,
        json({ schemaVersion: 2, mediaType: DOCKER_IMAGE, config, layers: [layer] }),
        DOCKER_IMAGE,
      );
      await expectKept(repository, json({ schemaVersion: 2, mediaType: DOCKER_LIST, manifests: [image] }), DOCKER_LIST);
    });
  });

  describe('a manifest that is none', () => {
    const refused: readonly [string, unknown, string?][] = [
      ['is empty', Buffer.alloc(0)],
      ['is no JSON', Buffer.from('{"schemaVersion": 2')],
      ['is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
      ['is a list', []],
      ['is null', null],
      ['has another schema version', { schemaVersion: 1 }],
      ['has layers that are no list', { schemaVersion: 2, mediaType: IMAGE, layers: {} }],
      ['has no config', { schemaVersion: 2, mediaType: IMAGE, layers: [] }],
      ['says another media type than the request', { schemaVersion: 2, mediaType: INDEX, manifests: [] }],
      ['is both image and index', { schemaVersion: 2, mediaType: INDEX, manifests: [], layers: [] }, INDEX],
      ['is pushed as something else', { schemaVersion: 2, manifests: [] }, 'text/plain'],
      ['has a negative size', { schemaVersion: 2, manifests: [{ mediaType: IMAGE, digest: ABSENT, size: -1 }] }, INDEX],
      ['has half a size', { schemaVersion: 2, manifests: [{ mediaType: IMAGE, digest: ABSENT, size: 0.5 }] }, INDEX],
      [
        'has an absurd size',
        { schemaVersion: 2, manifests: [{ mediaType: IMAGE, digest: ABSENT, size: 1e300 }] },
        INDEX,
      ],
      [
        'has a digest that is none',
        { schemaVersion: 2, manifests: [{ mediaType: IMAGE, digest: 'x', size: 1 }] },
        INDEX,
      ],
      ['has an entry that is none', { schemaVersion: 2, manifests: [null] }, INDEX],
    ];

    test.each(refused)('because it %s answers 400', async (_what, content, mediaType = IMAGE) => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const bytes = Buffer.isBuffer(content) ? content : json(content);

      const put = await putManifest(client, repository, bytes, { reference: 'v1', mediaType });

      expect([put.status, errorCodes(put)]).toEqual([400, ['MANIFEST_INVALID']]);
      expect((await get(repository, 'v1')).status).toBe(404);
    });
  });

  describe('many tags in one push', () => {
    test.each([1, 10, 100])('%d of them are all placed and told', async (count) => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const manifest = await anImage(client, repository);
      const tags = Array.from({ length: count }, (_, i) => `v1.${i}`);

      const put = await putManifest(client, repository, manifest, { query: `?tag=${tags.join('&tag=')}` });

      expect(put.status).toBe(201);
      expect(String(put.headers['oci-tag']).split(', ')).toEqual(tags);
      const listed = await client.send('GET', `/v2/${repository}/tags/list`);
      expect(jsonOf<{ tags: string[] }>(listed).tags).toEqual([...tags].sort());
    });

    test('too many of them answer 414, and one that is no tag 400, and none is placed', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const manifest = await anImage(client, repository);
      const many = Array.from({ length: 200 }, (_, i) => `v${i}`);

      const tooMany = await putManifest(client, repository, manifest, { query: `?tag=${many.join('&tag=')}` });
      const invalid = await putManifest(client, repository, manifest, { query: '?tag=good&tag=not%2Fgood' });

      expect([tooMany.status, errorCodes(tooMany)]).toEqual([414, ['TAG_INVALID']]);
      expect([invalid.status, errorCodes(invalid)]).toEqual([400, ['TAG_INVALID']]);
      expect((await get(repository, 'good')).status).toBe(404);
    });

    test('without the parameter no OCI-Tag is answered', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const put = await putManifest(client, repository, await anImage(client, repository), { reference: 'v1' });
      expect(put.headers['oci-tag']).toBeUndefined();
    });
  });
}

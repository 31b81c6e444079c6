import { describe, expect, test } from 'vitest';
import type { Answer } from './http-client.ts';
import {
  ABSENT,
  aBlob,
  anImage,
  anIndex,
  type Descriptor,
  digestOf,
  EMPTY_TYPE,
  errorCodes,
  IMAGE,
  INDEX,
  jsonOf,
  nextOf,
  pushBlob,
  pushImage,
  putManifest,
  type Subject,
} from './registry-under-test.ts';

const SBOM = 'application/vnd.example.sbom.v1+json';
const SIGNATURE = 'application/vnd.example.signature.v1';

/** distribution-spec 1.1, "Listing Referrers" and "Pushing Manifests with Subject". */
export function referring(subject: () => Subject): void {
  const list = (repository: string, digest: string, query = '') =>
    subject().client.send('GET', `/v2/${repository}/referrers/${digest}${query}`);

  const entriesOf = (answer: Answer) => jsonOf<{ manifests: Descriptor[] }>(answer).manifests;
  const byDigest = (a: { digest: string }, b: { digest: string }) => (a.digest < b.digest ? -1 : 1);

  /** An image, an artifact and an index that refer to `target`. */
  async function refer(repository: string, target: Descriptor) {
    const { client } = subject();
    const aSubject = { mediaType: target.mediaType, digest: target.digest, size: target.size };
    const config = await pushBlob(client, repository, aBlob(), { mediaType: 'application/vnd.example.config' });
    const empty = await pushBlob(client, repository, Buffer.from('{}'), { mediaType: EMPTY_TYPE });
    const annotations = { 'org.example.note': 'ü "quoted"' };

    const image = await anImage(client, repository, { config, subject: aSubject });
    const artifact = await anImage(client, repository, {
      config: empty,
      artifactType: SBOM,
      annotations,
      subject: aSubject,
    });
    const index = anIndex([], { subject: aSubject });
    const typedIndex = anIndex([], { subject: aSubject, artifactType: SIGNATURE, annotations });
    const puts = [
      await putManifest(client, repository, image),
      await putManifest(client, repository, artifact),
      await putManifest(client, repository, index, { mediaType: INDEX }),
      await putManifest(client, repository, typedIndex, { mediaType: INDEX }),
    ];
    const entry = (bytes: Buffer, mediaType: string, more: Record<string, unknown>) => ({
      mediaType,
      digest: digestOf(bytes),
      size: bytes.length,
      ...more,
    });
    const expected = [
      entry(image, IMAGE, { artifactType: 'application/vnd.example.config' }),
      entry(artifact, IMAGE, { artifactType: SBOM, annotations }),
      entry(index, INDEX, {}),
      entry(typedIndex, INDEX, { artifactType: SIGNATURE, annotations }),
    ].sort(byDigest);
    return { puts, expected };
  }

  describe('referrers', () => {
    test('of a digest that nobody refers to, known or not, are an empty index', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const image = await pushImage(client, repository);

      for (const digest of [ABSENT, `sha512:${'a'.repeat(128)}`, image.digest]) {
        const answer = await list(repository, digest);
        expect(answer.status).toBe(200);
        expect(answer.headers['content-type']).toBe(INDEX);
        expect(jsonOf(answer)).toEqual({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
      }
    });

    test.each([
      ['that is pushed before them', true],
      ['that never comes', false],
    ])('of a subject %s are told when pushed, and listed with type and annotations', async (_what, isThere) => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const target = isThere
        ? await pushImage(client, repository)
        : { mediaType: IMAGE, digest: digestOf(aBlob()), size: 5 };

      const { puts, expected } = await refer(repository, target);

      for (const put of puts) expect([put.status, put.headers['oci-subject']]).toEqual([201, target.digest]);
      expect(entriesOf(await list(repository, target.digest)).sort(byDigest)).toEqual(expected);
    });

    test('stay when their subject comes later, and are gone when they are deleted', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const later = await anImage(client, repository);
      const target = { mediaType: IMAGE, digest: digestOf(later), size: later.length };
      const { expected } = await refer(repository, target);

      expect((await putManifest(client, repository, later)).status).toBe(201);
      expect(entriesOf(await list(repository, target.digest)).sort(byDigest)).toEqual(expected);

      const [gone, ...rest] = expected;
      const deleted = await client.send('DELETE', `/v2/${repository}/manifests/${gone?.digest}`);
      expect(deleted.status).toBe(202);
      expect(entriesOf(await list(repository, target.digest)).sort(byDigest)).toEqual(rest);
    });

    test('with a sha512 subject are found under it', async () => {
      const { registry } = subject();
      const repository = await registry.freshRepository();
      const target = { mediaType: IMAGE, digest: digestOf(aBlob(), 'sha512'), size: 5 };

      const { expected } = await refer(repository, target);

      expect(entriesOf(await list(repository, target.digest)).sort(byDigest)).toEqual(expected);
    });

    test.each([
      [`?artifactType=${encodeURIComponent(SBOM)}`, [SBOM]],
      [`?artifactType=${SBOM}`, [SBOM]], // the plus of a media type, not escaped, as some clients send it
      [`?artifactType=${encodeURIComponent(SBOM)}&artifactType=${encodeURIComponent(SIGNATURE)}`, [SBOM, SIGNATURE]],
      ['?artifactType=application%2Fvnd.example.none', []],
    ])('with %s are those of the type, and the filter is told', async (query, types) => {
      const repository = await subject().registry.freshRepository();
      const target = { mediaType: IMAGE, digest: digestOf(aBlob()), size: 5 };
      const { expected } = await refer(repository, target);

      const answer = await list(repository, target.digest, query);

      expect(answer.headers['oci-filters-applied']).toBe('artifactType');
      const wanted = expected.filter((it) => types.includes(String((it as Descriptor)['artifactType'])));
      expect(entriesOf(answer).sort(byDigest)).toEqual(wanted);
    });

    test('without a filter say that none was applied', async () => {
      const repository = await subject().registry.freshRepository();
      expect((await list(repository, ABSENT)).headers['oci-filters-applied']).toBeUndefined();
    });

    test('come in pages that Link leads through, filter included', async () => {
      const repository = await subject().registry.freshRepository();
      const target = { mediaType: IMAGE, digest: digestOf(aBlob()), size: 5 };
      const { expected } = await refer(repository, target);
      const filter = `&artifactType=${encodeURIComponent(SBOM)}&artifactType=${encodeURIComponent(SIGNATURE)}`;

      for (const [query, wanted] of [
        ['?n=1', expected],
        [
          `?n=1${filter}`,
          expected.filter((it) => [SBOM, SIGNATURE].includes(String((it as Descriptor)['artifactType']))),
        ],
      ] as const) {
        const seen: Descriptor[] = [];
        let next: string | undefined = `/v2/${repository}/referrers/${target.digest}${query}`;
        for (; next !== undefined; ) {
          const answer: Answer = await subject().client.send('GET', next);
          expect(entriesOf(answer)).toHaveLength(1);
          seen.push(...entriesOf(answer));
          next = nextOf(answer);
        }
        expect(seen.sort(byDigest)).toEqual(wanted);
      }
    });

    test.each(['sha256', 'sha512'] as const)(
      'that a client has listed under the fallback tag of a %s digest are among them',
      async (algorithm) => {
        const { client, registry } = subject();
        const repository = await registry.freshRepository();
        const target = { mediaType: IMAGE, digest: digestOf(aBlob(), algorithm), size: 5 };
        const { expected } = await refer(repository, target);
        const listed = await pushImage(client, repository);
        const entry = { mediaType: IMAGE, digest: listed.digest, size: listed.size, artifactType: SBOM };
        // The encoded part is cut to 64 characters: distribution-spec 1.1, "Referrers Tag Schema".
        const [, hex = ''] = target.digest.split(':');
        const tag = `${algorithm}-${hex.slice(0, 64)}`;
        const put = await putManifest(client, repository, anIndex([entry]), { reference: tag, mediaType: INDEX });

        expect(put.status).toBe(201);
        expect(entriesOf(await list(repository, target.digest)).sort(byDigest)).toEqual(
          [...expected, entry].sort(byDigest),
        );
      },
    );

    test.each([
      'sha256:abc',
      'latest',
      'md5:d41d8cd98f00b204e9800998ecf8427e',
      'sha256%3A',
      `sha256:${'A'.repeat(64)}`,
    ])('of %s, which is no digest, answer 400', async (digest) => {
      const repository = await subject().registry.freshRepository();
      const answer = await list(repository, digest);
      expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
    });

    test('of a repository that does not exist answer 404', async () => {
      const answer = await list('never/heard-of', ABSENT);
      expect([answer.status, errorCodes(answer)]).toEqual([404, ['NAME_UNKNOWN']]);
    });
  });
}

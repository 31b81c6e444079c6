import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  aBlob,
  anIndex,
  errorCodes,
  IMAGE,
  INDEX,
  jsonOf,
  pushBlob,
  pushImage,
  putManifest,
  type Subject,
} from './registry-under-test.ts';

/** distribution-spec 1.1, "Content Management". */
export function managing(subject: () => Subject): void {
  const send = (method: string, path: string) => subject().client.send(method, path);

  describe('deleting', () => {
    test('a tag takes that tag alone', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest, manifest } = await pushImage(client, repository, { tag: 'v1' });
      await putManifest(client, repository, manifest, { reference: 'v2' });

      const deleted = await send('DELETE', `/v2/${repository}/manifests/v1`);

      expect([deleted.status, deleted.body.length]).toEqual([202, 0]);
      expect((await send('GET', `/v2/${repository}/manifests/v1`)).status).toBe(404);
      expect((await send('GET', `/v2/${repository}/manifests/v2`)).status).toBe(200);
      expect((await send('GET', `/v2/${repository}/manifests/${digest}`)).status).toBe(200);
      expect(jsonOf(await send('GET', `/v2/${repository}/tags/list`))).toEqual({ name: repository, tags: ['v2'] });
    });

    test('the last tag leaves the image', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest } = await pushImage(client, repository, { tag: 'v1' });

      expect((await send('DELETE', `/v2/${repository}/manifests/v1`)).status).toBe(202);
      expect((await send('GET', `/v2/${repository}/manifests/${digest}`)).status).toBe(200);
    });

    test('a digest takes the image and every tag of it, at once', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest, manifest } = await pushImage(client, repository, { tag: 'v1' });
      await putManifest(client, repository, manifest, { reference: 'v2' });
      await pushImage(client, repository, { tag: 'other' });

      expect((await send('DELETE', `/v2/${repository}/manifests/${digest}`)).status).toBe(202);

      for (const reference of [digest, 'v1', 'v2']) {
        expect((await send('GET', `/v2/${repository}/manifests/${reference}`)).status).toBe(404);
        expect((await send('HEAD', `/v2/${repository}/manifests/${reference}`)).status).toBe(404);
      }
      expect(jsonOf(await send('GET', `/v2/${repository}/tags/list`))).toEqual({ name: repository, tags: ['other'] });
    });

    test('what is gone, or never was, answers 404', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const image = await pushImage(client, repository, { tag: 'v1' });
      const blob = await pushBlob(client, repository, aBlob());

      const cases = [
        [`/v2/${repository}/manifests/v1`, 'MANIFEST_UNKNOWN'],
        [`/v2/${repository}/manifests/${image.digest}`, 'MANIFEST_UNKNOWN'],
        [`/v2/${repository}/blobs/${blob.digest}`, 'BLOB_UNKNOWN'],
      ] as const;
      for (const [path, code] of cases) {
        expect([path, (await send('DELETE', path)).status]).toEqual([path, 202]);
        const again = await send('DELETE', path);
        expect([path, again.status, errorCodes(again)]).toEqual([path, 404, [code]]);
      }
      for (const path of ['manifests/v1', `manifests/${ABSENT}`, `blobs/${ABSENT}`]) {
        const answer = await send('DELETE', `/v2/never/heard-of/${path}`);
        expect([path, answer.status, errorCodes(answer)]).toEqual([path, 404, ['NAME_UNKNOWN']]);
      }
    });

    test('a deleted image can be pushed again', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest, manifest } = await pushImage(client, repository, { tag: 'v1' });
      await send('DELETE', `/v2/${repository}/manifests/${digest}`);

      expect((await putManifest(client, repository, manifest, { reference: 'v1' })).status).toBe(201);
      expect((await send('GET', `/v2/${repository}/manifests/v1`)).body).toEqual(manifest);
    });

    test('a blob takes it from this repository alone', async () => {
      const { client, registry } = subject();
      const [one, other] = [await registry.freshRepository(), await registry.freshRepository()];
      const bytes = aBlob();
      const { digest } = await pushBlob(client, one, bytes);
      await pushBlob(client, other, bytes);

      expect((await send('DELETE', `/v2/${one}/blobs/${digest}`)).status).toBe(202);

      expect((await send('HEAD', `/v2/${one}/blobs/${digest}`)).status).toBe(404);
      expect((await send('GET', `/v2/${other}/blobs/${digest}`)).body).toEqual(bytes);
    });

    test('a blob that an image needs is refused, and the image stays whole', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const layer = await pushBlob(client, repository, aBlob());
      await pushImage(client, repository, { layers: [layer] });

      const answer = await send('DELETE', `/v2/${repository}/blobs/${layer.digest}`);

      expect([answer.status, errorCodes(answer)]).toEqual([405, ['UNSUPPORTED']]);
      expect((await send('GET', `/v2/${repository}/blobs/${layer.digest}`)).status).toBe(200);
    });

    test('an image that an index needs is refused with the name of the index', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const child = await pushImage(client, repository);
      const index = anIndex([{ mediaType: IMAGE, digest: child.digest, size: child.size }]);
      const put = await putManifest(client, repository, index, { mediaType: INDEX });

      const answer = await send('DELETE', `/v2/${repository}/manifests/${child.digest}`);

      expect([answer.status, errorCodes(answer)]).toEqual([405, ['UNSUPPORTED']]);
      expect(String(answer.body)).toContain(
        `Requested image referenced by manifest list: [${put.headers['docker-content-digest']}]`,
      );
    });
  });
}

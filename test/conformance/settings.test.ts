import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteRepository } from '../../src/registry/delete-repository.ts';
import { signLayerUrl } from '../../src/registry/layer-address.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { type Client, clientOf } from './http-client.ts';
import {
  ABSENT,
  aBlob,
  anImage,
  digestOf,
  errorCodes,
  jsonOf,
  locationOf,
  pushBlob,
  pushImage,
  putManifest,
  withQuery,
} from './registry-under-test.ts';

const HOUR = 3_600_000;

describe('with createOnPush', () => {
  let berth: TestBerth;
  let client: Client;
  beforeAll(async () => {
    berth = await startBerth({ settings: { createOnPush: 'always' } });
    client = clientOf(berth.url, berth.authorization);
  });
  afterAll(() => berth.stop());

  test('the first blob makes the repository', async () => {
    await pushBlob(client, 'made/by-blob', aBlob());
    expect((await client.send('GET', '/v2/made/by-blob/tags/list')).status).toBe(200);
  });

  test('the first manifest makes the repository', async () => {
    const { digest } = await pushImage(client, 'made/source');
    const child = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [child] }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';

    const put = await putManifest(client, 'made/by-manifest', index, { reference: 'v1', mediaType });

    expect(put.status).toBe(201);
    expect((await client.send('GET', '/v2/made/by-manifest/manifests/v1')).body).toEqual(index);
  });

  test('eight first pushes at once all succeed', async () => {
    const pushes = Array.from({ length: 8 }, () => pushBlob(client, 'made/at-once', aBlob()));
    await expect(Promise.all(pushes)).resolves.toHaveLength(8);
  });

  test('a repository that is yet to come has no referrers, and no content', async () => {
    const referrers = await client.send('GET', `/v2/not/yet/referrers/${ABSENT}`);
    const blob = await client.send('GET', `/v2/not/yet/blobs/${ABSENT}`);

    expect([referrers.status, jsonOf<{ manifests: [] }>(referrers).manifests]).toEqual([200, []]);
    expect([blob.status, errorCodes(blob)]).toEqual([404, ['NAME_UNKNOWN']]);
    expect((await client.send('GET', '/v2/not/yet/tags/list')).status).toBe(404);
  });

  test('a name that is none makes nothing', async () => {
    expect((await client.send('POST', '/v2/NOT/blobs/uploads/')).status).toBe(400);
    expect((await client.send('POST', '/v2/not%2Fname/blobs/uploads/')).status).toBe(400);
  });

  test('a request that is refused makes nothing', async () => {
    expect((await client.send('POST', '/v2/refused/app/blobs/uploads/?digest=x')).status).toBe(400);
    expect((await putManifest(client, 'refused/app', Buffer.from('{}'), { reference: 'v1' })).status).toBe(400);
    expect((await client.send('GET', '/v2/refused/app/tags/list')).status).toBe(404);
  });
});

describe('a download address', () => {
  let berth: TestBerth;
  let client: Client;
  const bytes = aBlob(5_000);
  let address = '';
  beforeAll(async () => {
    berth = await startBerth();
    client = clientOf(berth.url, berth.authorization);
    const { id: repositoryId } = await berth.createRepository('app');
    const { digest } = await pushBlob(client, 'app', bytes);
    const expiresAt = new Date(berth.world.clock.now().getTime() + HOUR);
    const layer = {
      registry: berth.registry,
      repositoryName: 'app',
      repositoryId,
      digest: digest as `sha256:${string}`,
    };
    address = signLayerUrl(berth.world.secrets, { ...layer, origin: berth.url, expiresAt });
  });
  afterAll(() => berth.stop());

  const get = (url: string, headers = {}, authorization: string | null = null) =>
    client.send('GET', url, { authorization, headers });

  test('gives the bytes, or a range of them, without a login and whatever login is sent along', async () => {
    const whole = await get(address);
    const range = await get(address, { Range: 'bytes=10-19' });
    const head = await client.send('HEAD', address, { authorization: null });
    const withLogin = await get(address, {}, 'Basic garbage');

    expect([whole.status, whole.body]).toEqual([200, bytes]);
    expect([range.status, range.body]).toEqual([206, bytes.subarray(10, 20)]);
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '5000', 0]);
    expect(withLogin.status).toBe(200);
  });

  test('with anything changed answers 403', async () => {
    const changed = [
      `${address}0`,
      address.replace('/app/', '/other/'),
      address.replace(/expires=\d/, 'expires=9'),
      address.replace(/&signature=.*/, ''),
      address.replace('/layers/', '/layers//'),
      `${berth.url}/layers/`,
    ];
    for (const url of changed) {
      const answer = await get(url);
      expect([url, answer.status, errorCodes(answer)]).toEqual([url, 403, ['DENIED']]);
    }
  });

  test('is for reading alone', async () => {
    const answer = await client.send('PUT', address, { authorization: null });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  test('is of its repository, and not of one that is made later under the same name', async () => {
    const former = await berth.createRepository('namesake');
    const { digest } = await pushBlob(client, 'namesake', bytes);
    const expiresAt = new Date(berth.world.clock.now().getTime() + HOUR);
    const layer = { registry: berth.registry, repositoryName: 'namesake', digest: digest as `sha256:${string}` };
    const old = signLayerUrl(berth.world.secrets, { ...layer, repositoryId: former.id, origin: berth.url, expiresAt });
    expect((await get(old)).status).toBe(200);

    await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'namesake', force: true });
    expect((await get(old)).status).toBe(404);
    await berth.createRepository('namesake');
    await pushBlob(client, 'namesake', bytes);

    expect((await get(old)).status).toBe(403);
  });

  test('ends with its hour, and with its layer', async () => {
    await client.send('DELETE', `/v2/app/blobs/${digestOf(bytes)}`);
    expect((await get(address)).status).toBe(404);

    berth.pass(HOUR);
    expect((await get(address)).status).toBe(403);
  });
});

describe('with fidelity aws-strict', () => {
  let berth: TestBerth;
  let client: Client;
  beforeAll(async () => {
    berth = await startBerth({ settings: { fidelity: 'aws-strict' } });
    client = clientOf(berth.url, berth.authorization);
    await berth.createRepository('app');
    await berth.createRepository('other');
  });
  afterAll(() => berth.stop());

  test('an invalid parameter answers 405 UNSUPPORTED, as ECR does', async () => {
    const cases = [
      ['GET', '/v2/UPPER/tags/list'],
      ['GET', '/v2/app/manifests/-x'],
      ['GET', '/v2/app/tags/list?n=1001'],
      ['GET', '/v2/_catalog?n=1001'],
      ['PUT', '/v2/app/manifests/v1'],
      ['GET', `/v2/app/blobs/sha512:${'0'.repeat(128)}`],
      ['POST', '/v2/app/blobs/uploads/?digest-algorithm=sha512'],
    ] as const;
    for (const [method, path] of cases) {
      const answer = await client.send(method, path);
      expect([path, answer.status, errorCodes(answer)]).toEqual([path, 405, ['UNSUPPORTED']]);
    }
    const page = await client.send('GET', '/v2/app/tags/list?n=1001');
    expect(String(page.body)).toContain(
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    );
  });

  test('blobs and uploads are not deleted', async () => {
    const { digest } = await pushBlob(client, 'app', aBlob());
    const started = await client.send('POST', '/v2/app/blobs/uploads/');
    for (const path of [`/v2/app/blobs/${digest}`, locationOf(started)]) {
      const answer = await client.send('DELETE', path);
      expect([answer.status, errorCodes(answer)]).toEqual([405, ['UNSUPPORTED']]);
    }
  });

  test('a chunk answers 201, and one POST never stores a blob', async () => {
    const bytes = aBlob();
    const single = await client.send('POST', `/v2/app/blobs/uploads/?digest=${digestOf(bytes)}`, { body: bytes });
    const chunk = await client.send('PATCH', locationOf(single), { body: bytes });
    const end = await client.send('PUT', withQuery(locationOf(chunk), `digest=${digestOf(bytes)}`));

    expect([single.status, chunk.status, end.status]).toEqual([202, 201, 201]);
  });

  test('a blob is downloaded from another address, which is good for an hour', async () => {
    const bytes = aBlob();
    const { digest } = await pushBlob(client, 'app', bytes);

    const answer = await client.send('GET', `/v2/app/blobs/${digest}`);

    expect(answer.status).toBe(307);
    expect((await client.send('GET', locationOf(answer), { authorization: null })).body).toEqual(bytes);
  });

  test('an empty blob is refused', async () => {
    const started = await client.send('POST', '/v2/app/blobs/uploads/');
    const end = await client.send('PUT', withQuery(locationOf(started), `digest=${digestOf('')}`));
    expect([end.status, errorCodes(end)]).toEqual([400, ['BLOB_UPLOAD_INVALID']]);
  });

  test('blobs are not mounted until the account says so', async () => {
    const { digest } = await pushBlob(client, 'app', aBlob());
    const mount = await client.send('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=app`);
    expect(mount.status).toBe(202);
  });

  test('tag parameters are not known, and pages are of a hundred', async () => {
    const manifest = await anImage(client, 'app');
    const put = await putManifest(client, 'app', manifest, { reference: 'v1', query: '?tag=v2' });
    const tags = await client.send('GET', '/v2/app/tags/list');

    expect([put.status, put.headers['oci-tag']]).toEqual([201, undefined]);
    expect(jsonOf<{ tags: string[] }>(tags).tags).toEqual(['v1']);
    expect(tags.headers['content-type']).toBe('text/plain; charset=utf-8');
  });
});

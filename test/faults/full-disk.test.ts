import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OCI_MANIFEST } from '../../src/values/media-type.ts';
import { type Answer, type Client, clientOf } from '../conformance/http-client.ts';
import { aManifest, descriptorOf, sha256 } from '../manifests.ts';
import { type SmallDisk, smallDisk, TRIES_SMALL_DISKS } from './small-disk.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const MIB = 1024 * 1024;
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const NO_ROOM = {
  errors: [expect.objectContaining({ code: 'DENIED', message: expect.stringContaining('no room left') })],
};

if (!TRIES_SMALL_DISKS) console.warn('The tests of a full disk are skipped: only root may mount a small one.');

describe.skipIf(!TRIES_SMALL_DISKS)('a full disk', { timeout: 60_000 }, () => {
  let opened: AsyncDisposableStack;
  let disk: SmallDisk;
  let server: Server;
  let client: Client;
  const config = Buffer.from('{}');
  const before = aManifest({ config: descriptorOf(config), note: 'before' });

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    disk = opened.use(await smallDisk(32));
    server = await serve();
    await server.ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    expect((await pushBlob(config)).status).toBe(201);
    expect((await putManifest(before.bytes, 'before')).status).toBe(201);
  });
  afterEach(() => opened.disposeAsync());

  interface Server {
    readonly ecr: ECRClient;
    kill(): Promise<void>;
  }

  async function serve(): Promise<Server> {
    const child = disk.spawn(
      process.execPath,
      [MAIN, 'serve', '--data-dir', disk.path, '--port', '0', '--tls', 'off'],
      {
        BERTH_ROOT_ACCESS_KEY_ID: KEY.accessKeyId,
        BERTH_ROOT_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      },
    );
    const ended = once(child, 'exit');
    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    opened.defer(kill);
    const url = await new Promise<string>((resolve, reject) => {
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (line) => line.includes('"berth started"') && resolve(String(JSON.parse(line).url)));
      text(child.stderr).then((said) => reject(new Error(said)), reject);
    });
    const ecr = new ECRClient({ endpoint: url, region: 'us-east-1', credentials: KEY });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    client = clientOf(url, `Basic ${authorizationData?.[0]?.authorizationToken}`);
    opened.defer(() => ecr.destroy());
    return { ecr, kill };
  }

  async function berth(...args: string[]): Promise<unknown> {
    const child = disk.spawn(process.execPath, [MAIN, ...args, '--data-dir', disk.path, '--output', 'json']);
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (said === '') throw new Error(complained);
    return JSON.parse(said);
  }

  async function pushBlob(bytes: Buffer): Promise<Answer> {
    const begun = await client.send('POST', '/v2/app/blobs/uploads/');
    if (begun.status !== 202) return begun;
    const location = String(begun.headers.location);
    const sent = await client.send('PATCH', location, { body: bytes });
    if (sent.status !== 202) return sent;
    const next = String(sent.headers.location);
    return client.send('PUT', `${next}${next.includes('?') ? '&' : '?'}digest=${sha256(bytes)}`);
  }

  const putManifest = (body: Buffer, tag: string) =>
    client.send('PUT', `/v2/app/manifests/${tag}`, { body, headers: { 'Content-Type': OCI_MANIFEST } });

  /** What was acknowledged. */
  async function isServed(): Promise<void> {
    expect((await client.send('GET', '/v2/app/manifests/before')).body).toEqual(before.bytes);
    expect((await client.send('GET', `/v2/app/blobs/${sha256(config)}`)).body).toEqual(config);
  }

  /** What was acknowledged is served, and rows and bytes fit. */
  async function isWell(): Promise<void> {
    await isServed();
    expect(await berth('fsck')).toMatchObject({ findings: [], isClean: true });
  }

  test('a layer that does not fit is refused with a clear error, and goes through once there is room', async () => {
    const layer = randomBytes(6 * MIB);
    await disk.fill(2 * MIB);
    const refused = await pushBlob(layer);
    expect(refused.status).toBe(507);
    expect(JSON.parse(refused.body.toString())).toEqual(NO_ROOM);
    expect((await client.send('HEAD', `/v2/app/blobs/${sha256(layer)}`)).status).toBe(404);
    await isServed();

    await disk.makeRoom();
    expect((await pushBlob(layer)).status).toBe(201);
    expect((await client.send('GET', `/v2/app/blobs/${sha256(layer)}`)).body.equals(layer)).toBe(true);
    await isWell();
  });

  test('an image that the database has no room for is refused the same way, and nothing of it can be seen', async () => {
    const images = Array.from({ length: 10 }, (_, i) =>
      aManifest({ config: descriptorOf(config), note: `${i}${'x'.repeat(MIB)}` }),
    );
    await disk.fill(0);
    const answers: Answer[] = [];
    for (const [i, { bytes }] of images.entries()) answers.push(await putManifest(bytes, `v${i}`));
    const statuses = answers.map((it) => it.status);
    expect(statuses.filter((status) => status !== 201 && status !== 507)).toEqual([]);
    expect(statuses).toContain(507);
    for (const [i, { status, body }] of answers.entries()) {
      if (status === 507) expect(JSON.parse(body.toString())).toEqual(NO_ROOM);
      const { status: seen } = await client.send('HEAD', `/v2/app/manifests/v${i}`);
      expect(seen).toBe(status === 201 ? 200 : 404);
    }
    await isServed();

    await disk.makeRoom();
    for (const [i, { bytes }] of images.entries()) expect((await putManifest(bytes, `v${i}`)).status).toBe(201);
    await isWell();
  });

  test('layers that fill the disk leave room for what makes room: a restart, a delete and a collection', async () => {
    const layers: Buffer[] = [];
    let answer: Answer;
    do {
      const layer = randomBytes(3 * MIB);
      answer = await pushBlob(layer);
      if (answer.status === 201) layers.push(layer);
    } while (answer.status === 201);
    expect(answer.status).toBe(507);
    expect(layers.length).toBeGreaterThan(3);

    await server.kill();
    server = await serve();
    await server.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));
    expect(await berth('gc')).toMatchObject({ objectsRemoved: expect.any(Number), removalsFailed: 0 });
    await server.ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    expect((await pushBlob(randomBytes(3 * MIB))).status).toBe(201);
  });

  test('a Berth that is killed on a full disk lost nothing, and serves when there is room again', async () => {
    await disk.fill(0);
    expect((await pushBlob(randomBytes(MIB))).status).toBe(507);
    await server.kill();
    await disk.makeRoom();
    server = await serve();
    await isServed();
    expect((await pushBlob(randomBytes(MIB))).status).toBe(201);
    await isWell();
  });

  test('a collection needs next to no room and makes some', async () => {
    expect((await pushBlob(randomBytes(4 * MIB))).status).toBe(201);
    await server.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));
    await server.ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    await disk.fill(256 * 1024);
    expect((await pushBlob(randomBytes(MIB))).status).toBe(507);
    expect(await berth('gc')).toMatchObject({ removalsFailed: 0, objectsCondemned: 2 });
    expect((await pushBlob(randomBytes(MIB))).status).toBe(201);
    expect(await berth('fsck')).toMatchObject({ findings: [], isClean: true });
  });
});

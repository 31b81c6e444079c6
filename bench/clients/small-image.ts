import { createHash, randomBytes } from 'node:crypto';
import { REPOSITORY, type Server } from '../servers/server.ts';
import { type Answer, expecting } from './request.ts';

const LAYERS = 3;
const LAYER_SIZE = 64 * 1024;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

interface SmallBlob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Three layers of 64 KiB, a configuration and a manifest; no two images share a blob. */
export interface SmallImage {
  readonly tag: string;
  readonly blobs: readonly SmallBlob[];
  readonly manifest: string;
}

export function makeSmallImage(): SmallImage {
  const tag = crypto.randomUUID();
  const config = blobOf(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', id: tag })));
  const layers = Array.from({ length: LAYERS }, () => blobOf(randomBytes(LAYER_SIZE)));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor(CONFIG, config),
    layers: layers.map((it) => descriptor(LAYER, it)),
  });
  return { tag, blobs: [config, ...layers], manifest };
}

/** As docker does: all blobs at once, each HEAD, POST, PATCH and PUT; then the manifest. */
export async function pushSmallImage(server: Server, { tag, blobs, manifest }: SmallImage): Promise<void> {
  await Promise.all(blobs.map((it) => pushSmallBlob(server, it)));
  const headers = { ...server.headers, 'content-type': MANIFEST };
  await expecting(201, 'PUT', at(server, `manifests/${tag}`), { headers, body: manifest });
}

/** As docker does: the manifest, then all blobs at once. @throws when something has not its length */
export async function pullSmallImage(server: Server, { tag, blobs, manifest }: SmallImage): Promise<void> {
  const headers = { ...server.headers, accept: MANIFEST };
  const answer = await expecting(200, 'GET', at(server, `manifests/${tag}`), { headers });
  expectLength(answer, manifest.length);
  await Promise.all(
    blobs.map(async ({ digest, bytes }) => {
      const blob = await expecting(200, 'GET', at(server, `blobs/${digest}`), { headers: server.headers });
      expectLength(blob, bytes.length);
    }),
  );
}

async function pushSmallBlob(server: Server, { digest, bytes }: SmallBlob): Promise<void> {
  const { headers } = server;
  await expecting(404, 'HEAD', at(server, `blobs/${digest}`), { headers });
  const begun = await expecting(202, 'POST', at(server, 'blobs/uploads/'), { headers });
  const sent = await expecting(202, 'PATCH', locationIn(server, begun), {
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  const target = new URL(locationIn(server, sent));
  target.searchParams.set('digest', digest);
  await expecting(201, 'PUT', target.href, { headers });
}

function blobOf(bytes: Buffer): SmallBlob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

function descriptor(mediaType: string, { digest, bytes }: SmallBlob): object {
  return { mediaType, digest, size: bytes.length };
}

function at({ url }: Server, path: string): string {
  return `${url}/v2/${REPOSITORY}/${path}`;
}

function locationIn({ url }: Server, { headers }: Answer): string {
  const { location } = headers;
  if (typeof location !== 'string') throw new Error('The answer names no location.');
  return new URL(location, url).href;
}

function expectLength({ body }: Answer, length: number): void {
  if (body.length !== length) throw new Error(`An answer had ${body.length} bytes, not ${length}.`);
}

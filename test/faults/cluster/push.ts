import { type Answer, type Asked, digestOf, NoAnswer, type RegistryClient, Unserved } from './registry-client.ts';

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** An image as a client has it before it pushes. */
export interface LocalImage {
  readonly digest: string;
  readonly manifest: Buffer;
  /** The config first. */
  readonly blobs: readonly { readonly digest: string; readonly bytes: Buffer }[];
}

export function localImage(config: Buffer, layers: readonly Buffer[], note = ''): LocalImage {
  const described = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(config, CONFIG),
      layers: layers.map((it) => described(it, LAYER)),
      annotations: { note },
    }),
  );
  return {
    digest: digestOf(manifest),
    manifest,
    blobs: [config, ...layers].map((bytes) => ({ digest: digestOf(bytes), bytes })),
  };
}

/** How a blob goes in: in one request, or in chunks that go to these nodes in turn, or out of another repository. */
export interface PushBy {
  readonly chunksTo?: readonly string[];
  readonly chunkSize?: number;
  readonly mountFrom?: string;
}

/**
 * Pushes as docker does: what a HEAD says is there is not sent. When it resolves, everything was acknowledged.
 *
 * @throws BrokenPromise when the registry does not stand by what it answered before
 */
export async function pushImage(
  client: RegistryClient,
  repository: string,
  image: LocalImage,
  { reference = image.digest, ...by }: PushBy & { readonly reference?: string } = {},
): Promise<void> {
  for (const blob of image.blobs) await pushBlob(client, repository, blob, by);
  const answer = await putManifest(client, repository, image, reference);
  if (answer.status === 404 || answer.status === 400) {
    throw new BrokenPromise(`blobs were acknowledged, but the manifest is answered ${answer.status} ${answer.body}`);
  }
  expectStatus('manifest', answer, 201);
}

export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function putManifest(
  client: RegistryClient,
  repository: string,
  { manifest }: Pick<LocalImage, 'manifest'>,
  reference: string,
): Promise<Answer> {
  return client.ask('PUT', `/v2/${repository}/manifests/${reference}`, {
    headers: { 'Content-Type': MANIFEST },
    body: manifest,
  });
}

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

async function pushBlob(client: RegistryClient, repository: string, blob: Blob, by: PushBy): Promise<void> {
  const { digest, bytes } = blob;
  const head = await client.ask('HEAD', `/v2/${repository}/blobs/${digest}`);
  if (head.status === 200) return;
  expectStatus('HEAD blob', head, 404);

  const mount = by.mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(by.mountFrom)}`;
  const begun = await client.ask('POST', `/v2/${repository}/blobs/uploads/${mount}`);
  if (begun.status === 201) return;
  expectStatus('POST upload', begun, 202);
  const location = begun.headers.location ?? '';
  if (by.chunksTo !== undefined) await sendChunks(client, location, bytes, by);
  const body = by.chunksTo === undefined ? { body: bytes } : {};
  const headers = { 'Content-Type': 'application/octet-stream' };
  const ended = await client.ask('PUT', `${location}?digest=${digest}`, { headers, ...body });
  if (by.chunksTo !== undefined && (ended.status === 404 || ended.status === 400)) {
    throw new BrokenPromise(`chunks were acknowledged, but the end is answered ${ended.status} ${ended.body}`);
  }
  expectStatus('PUT upload', ended, 201);
}

const MOST_FAILURES = 3;

/** Sends chunk after chunk, each to the next node; after a failure it asks how far the upload is and goes on there. */
async function sendChunks(
  client: RegistryClient,
  location: string,
  bytes: Buffer,
  { chunksTo = [], chunkSize = 64 * 1024 }: PushBy,
): Promise<void> {
  let acknowledged = 0;
  let failures = 0;
  for (let turn = 0; acknowledged < bytes.length; turn++) {
    const at = chunksTo[turn % chunksTo.length];
    const to: Pick<Asked, 'at'> = at === undefined ? {} : { at };
    const body = bytes.subarray(acknowledged, acknowledged + chunkSize);
    const range = `${acknowledged}-${acknowledged + body.length - 1}`;
    try {
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Range': range };
      const answer = await client.ask('PATCH', location, { headers, body, ...to });
      expectStatus('PATCH upload', answer, 202);
      acknowledged = lengthIn(answer);
    } catch (error) {
      if (++failures > MOST_FAILURES || !(error instanceof NoAnswer || error instanceof Unserved)) throw error;
      const answer = await client.ask('GET', location);
      if (answer.status === 404) throw new BrokenPromise('an upload whose chunks were acknowledged is gone');
      expectStatus('GET upload', answer, 204);
      const length = lengthIn(answer);
      if (length < acknowledged) {
        throw new BrokenPromise(`${acknowledged} bytes were acknowledged, and now it is ${length}`);
      }
      acknowledged = length;
    }
  }
}

/** `Range: 0-99` is 100 bytes; `0-0` is none, since no chunk has one byte. */
function lengthIn({ headers }: Answer): number {
  const last = Number(/^0-(\d+)$/.exec(String(headers['range']))?.[1]);
  return last === 0 ? 0 : last + 1;
}

export function expectStatus(what: string, answer: Answer, ...good: readonly number[]): void {
  if (!good.includes(answer.status)) throw new Unserved(what, answer);
}

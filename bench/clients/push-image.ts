import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY, type Server } from '../servers/server.ts';
import { pushBlob } from './push-blob.ts';
import { expecting } from './request.ts';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Pushes an image of one small layer under `tag`; gives the media type of its manifest. */
export async function pushImage(server: Server, dir: string, tag: string): Promise<string> {
  const config = await pushText(server, join(dir, 'config'), '{"architecture":"amd64","os":"linux"}');
  const layer = await pushText(server, join(dir, 'layer'), 'a layer, as far as a registry is concerned');
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...layer }],
  });
  await expecting(201, 'PUT', `${server.url}/v2/${REPOSITORY}/manifests/${tag}`, {
    headers: { ...server.headers, 'content-type': MANIFEST },
    body: manifest,
  });
  return MANIFEST;
}

async function pushText(server: Server, file: string, text: string): Promise<{ digest: string; size: number }> {
  await writeFile(file, text);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  await pushBlob(server, { file, digest, sizeInBytes: text.length });
  return { digest, size: text.length };
}

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type TarEntry, tar } from './tar.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Layer extends Descriptor {
  /** Digest of what it is when unpacked: an image's config names its layers by that. */
  readonly diffId: string;
}

/** An OCI image layout that is being written: image-spec 1.1, image-layout.md. */
export interface Layout {
  addLayer(entries: readonly TarEntry[]): Promise<Layer>;
  addJson(mediaType: string, value: object): Promise<Descriptor>;
  /** Writes the index, in which the image is found under `name`. */
  finish(image: Descriptor, name: string): Promise<void>;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Begins a layout in `folder`, which must not be there yet. */
export async function newLayout(folder: string): Promise<Layout> {
  await mkdir(folder);
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });

  async function addJson(mediaType: string, value: object): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(value));
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  }

  return {
    addJson,
    async addLayer(entries) {
      const part = join(blobs, `${randomUUID()}.part`);
      const unpacked = counting();
      const packed = counting();
      const source = Readable.from(tar(entries), { objectMode: false });
      await pipeline(source, unpacked.stream, createGzip({ level: 6 }), packed.stream, createWriteStream(part));
      const { hex, size } = packed.counted();
      await rename(part, join(blobs, hex));
      return { mediaType: LAYER, digest: `sha256:${hex}`, size, diffId: `sha256:${unpacked.counted().hex}` };
    },
    async finish(image, name) {
      const manifests = [{ ...image, annotations: { 'org.opencontainers.image.ref.name': name } }];
      await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
      await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    },
  };
}

/** Passes bytes on, and knows afterwards what they were. */
function counting() {
  const hash = createHash('sha256');
  let size = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, counted: () => ({ hex: hash.digest('hex'), size }) };
}

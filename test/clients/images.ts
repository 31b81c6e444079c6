// Small images of the tests' own making, as OCI layouts on disk: the quickest input for any real client.
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type TarEntry, tarOf } from './tar.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** An OCI layout: a folder of blobs and the index that names the images among them. */
export interface Layout {
  readonly folder: string;
  add(mediaType: string, bytes: Buffer): Descriptor;
  /** Lets clients find the manifest as `FOLDER:name`. */
  name(manifest: Descriptor, name: string): void;
}

/** Begins an empty layout in a folder that it makes. */
export function newLayout(folder: string): Layout {
  const named: Descriptor[] = [];
  const writeIndex = () =>
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: named }));
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeIndex();
  return {
    folder,
    add(mediaType, bytes) {
      const hex = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(join(folder, 'blobs', 'sha256', hex), bytes);
      return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
    },
    name(manifest, name) {
      named.push({ ...manifest, annotations: { 'org.opencontainers.image.ref.name': name } });
      writeIndex();
    },
  };
}

export interface ImageParts {
  /** Told into the image, so that two images differ. */
  readonly note: string;
  readonly architecture?: string;
  /** How many layers of one small file each. Default: 2. */
  readonly layers?: number;
  /** What the first layer holds besides. */
  readonly files?: readonly TarEntry[];
  readonly command?: readonly string[];
}

/** Adds an image manifest with its config and layers. */
export function addImage(layout: Layout, parts: ImageParts): Descriptor {
  const { note, architecture = hostArchitecture(), layers = 2, files = [], command } = parts;
  const tars = Array.from({ length: layers }, (_, number) =>
    tarOf([...(number === 0 ? files : []), { path: `note-${number}`, content: `${note}, layer ${number}\n` }]),
  );
  const config = layout.add(
    CONFIG,
    json({
      created: '2026-01-01T00:00:00Z',
      architecture,
      os: 'linux',
      config: command ? { Cmd: command } : {},
      rootfs: {
        type: 'layers',
        diff_ids: tars.map((tar) => `sha256:${createHash('sha256').update(tar).digest('hex')}`),
      },
      history: tars.map((_, number) => ({ created: '2026-01-01T00:00:00Z', created_by: `note ${number}` })),
    }),
  );
  const manifest = layout.add(
    MANIFEST,
    json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: tars.map((tar) => layout.add(LAYER, gzipSync(tar))),
      annotations: { note },
    }),
  );
  return { ...manifest, platform: { os: 'linux', architecture } };
}

/** The images most suites use, in one layout and named there as here. */
export interface Fixtures {
  readonly folder: string;
  readonly single: Descriptor;
  readonly multi: Descriptor;
  /** A hundred layers. */
  readonly many: Descriptor;
  readonly runnable: Descriptor;
}

/** Writes the layout of the usual images into `folder`. */
export function writeFixtures(folder: string): Fixtures {
  const layout = newLayout(folder);
  const images = {
    single: addImage(layout, { note: 'single' }),
    multi: addMultiArch(layout, 'multi'),
    many: addImage(layout, { note: 'many', layers: 100 }),
    runnable: addRunnable(layout, 'it runs'),
  };
  for (const [name, image] of Object.entries(images)) layout.name(image, name);
  return { folder, ...images };
}

/** The digests of the manifests that a layout names, in the order of its index. */
export function digestsIn(layoutFolder: string): string[] {
  const index: unknown = JSON.parse(readFileSync(join(layoutFolder, 'index.json'), 'utf8'));
  if (typeof index !== 'object' || index === null || !('manifests' in index) || !Array.isArray(index.manifests)) {
    throw new Error(`${layoutFolder} holds no index of manifests`);
  }
  return index.manifests.map((it: { digest: string }) => it.digest);
}

/** The uncompressed layers of the first image that a layout names; of a multi-arch image, those for this machine. */
export function layersIn(layoutFolder: string): Promise<string[]> {
  const [first = ''] = digestsIn(layoutFolder);
  return layersBehind(first, async (digest) => blobText(layoutFolder, digest));
}

/** The same for a manifest or index anywhere; `read` gives the text of a manifest or config by its digest. */
export async function layersBehind(digest: string, read: (digest: string) => Promise<string>): Promise<string[]> {
  const manifest: ManifestText = JSON.parse(await read(digest));
  if (manifest.config !== undefined) return layersOf(await read(manifest.config.digest));
  const child = manifest.manifests?.find((it) => it.platform?.architecture === hostArchitecture());
  if (!child) throw new Error(`${digest} has no image for this machine`);
  return layersBehind(child.digest, read);
}

/** The digests of the uncompressed layers that an image's config names. */
export function layersOf(config: string): string[] {
  const { rootfs }: { rootfs: { diff_ids: string[] } } = JSON.parse(config);
  return rootfs.diff_ids;
}

interface ManifestText {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[];
}

/** A blob of a layout as text. */
export function blobText(layoutFolder: string, digest: string): string {
  return readFileSync(join(layoutFolder, 'blobs', ...digest.split(':')), 'utf8');
}

/** Adds an index of one small image for amd64 and one for arm64. */
function addMultiArch(layout: Layout, note: string): Descriptor {
  const manifests = ['amd64', 'arm64'].map((architecture) => addImage(layout, { note, architecture }));
  return layout.add(INDEX, json({ schemaVersion: 2, mediaType: INDEX, manifests, annotations: { note } }));
}

/** The smallest image that runs: a static busybox, which says `note` when started. */
function addRunnable(layout: Layout, note: string): Descriptor {
  return addImage(layout, {
    note,
    layers: 1,
    files: [{ path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 }],
    command: ['/bin/busybox', 'echo', note],
  });
}

/** Writes a root file system that runs, as a plain tar file for `docker import` and `buildah add`. */
export function writeRunnableTar(file: string): void {
  // Clients remember as what they pushed a layer, and take that again for the same one: each time it is another.
  const note: TarEntry = { path: 'note', content: Buffer.from(randomUUID()) };
  const shell: TarEntry = { path: 'bin/sh', linkTo: 'busybox' };
  const echo: TarEntry = { path: 'bin/echo', linkTo: 'busybox' };
  writeFileSync(file, tarOf([{ path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 }, shell, echo, note]));
}

/** Copies the static busybox into `folder`, for builds that copy it into an image. */
export function copyBusybox(folder: string): void {
  copyFileSync(BUSYBOX, join(folder, 'busybox'));
}

/** This machine's architecture, as images spell it. */
export function hostArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

const BUSYBOX = '/bin/busybox';

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

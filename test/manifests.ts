import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { appendToUpload } from '../src/registry/append-to-upload.ts';
import { completeUpload } from '../src/registry/complete-upload.ts';
import type { Core } from '../src/registry/core.ts';
import { type Manifest, parseManifest } from '../src/registry/parse-manifest.ts';
import { startUpload } from '../src/registry/uploads.ts';
import type { Digest } from '../src/values/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../src/values/media-type.ts';
import type { RegistryId } from '../src/values/registry-id.ts';

export const OWNER = 'arn:aws:iam::123456789012:root';

interface Described {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export function sha256(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A descriptor of `bytes`. */
export function descriptorOf(bytes: Buffer, mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip'): Described {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** Pushes `bytes` as a layer, as docker does: begin, send, complete. */
export async function pushLayer(
  core: Core,
  registry: RegistryId,
  repositoryName: string,
  bytes: Buffer,
): Promise<Described> {
  const owner = { registry, repositoryName, principal: OWNER };
  const { id: uploadId } = await startUpload(core, owner);
  await appendToUpload(core, { ...owner, uploadId, bytes: Readable.from([bytes]) });
  await completeUpload(core, { ...owner, uploadId, digests: [sha256(bytes)] });
  return descriptorOf(bytes);
}

/** A valid image manifest. What it refers to must be pushed before it can be. */
export function aManifest(parts: {
  readonly config: Described;
  readonly layers?: readonly Described[];
  readonly note?: string;
  readonly subject?: Described;
  readonly artifactType?: string;
}): Manifest {
  const { note, config, layers = [], ...rest } = parts;
  const json = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    ...rest,
    config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers,
    ...(note !== undefined && { annotations: { note } }),
  };
  return parseManifest(Buffer.from(JSON.stringify(json)), { mediaType: OCI_MANIFEST, fidelity: 'superset' });
}

/** A valid index of images. */
export function anIndex(manifests: readonly Manifest[]): Manifest {
  const entries = manifests.map((it) => ({ mediaType: it.mediaType, digest: it.digest, size: it.bytes.length }));
  const json = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries };
  return parseManifest(Buffer.from(JSON.stringify(json)), { mediaType: OCI_INDEX, fidelity: 'superset' });
}

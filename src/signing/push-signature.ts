import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { appendToUpload } from '../registry/append-to-upload.ts';
import { completeUpload } from '../registry/complete-upload.ts';
import type { Core } from '../registry/core.ts';
import { checkLayers } from '../registry/layers.ts';
import { parseManifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { startUpload } from '../registry/uploads.ts';
import { type Digest, digestOf } from '../values/digest.ts';
import { OCI_MANIFEST } from '../values/media-type.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { ENVELOPE_TYPE } from './envelope.ts';
import { SIGNATURE_TYPE } from './signature-type.ts';

export interface PushSignature {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  /** The image that was signed. */
  readonly subject: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly envelope: Buffer;
  /** SHA-256 of each certificate, in hex. */
  readonly thumbprints: readonly string[];
}

const EMPTY_CONFIG = Buffer.from('{}');

/**
 * Stores a signature beside its image, as notation does: a manifest that names the image as its subject. The same
 * signature is stored once, however often this is called.
 *
 * @throws RepositoryNotFound, LimitExceeded, the refusals of KMS
 */
export async function pushSignature(core: Core, input: PushSignature): Promise<Digest> {
  const { registry, repositoryName, subject, envelope, thumbprints } = input;
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: SIGNATURE_TYPE,
    config: { mediaType: SIGNATURE_TYPE, digest: sha256(EMPTY_CONFIG), size: EMPTY_CONFIG.length },
    layers: [{ mediaType: ENVELOPE_TYPE, digest: sha256(envelope), size: envelope.length }],
    subject,
    annotations: { 'io.cncf.notary.x509chain.thumbprint#S256': JSON.stringify(thumbprints) },
  };
  for (const bytes of [EMPTY_CONFIG, envelope]) await pushLayer(core, { registry, repositoryName, bytes });
  const parsed = parseManifest(Buffer.from(JSON.stringify(manifest)), {
    mediaType: OCI_MANIFEST,
    fidelity: core.rules.fidelity,
  });
  await putImage(core, { registry, repositoryName, manifest: parsed, tags: [] });
  return parsed.digest;
}

interface Layer {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly bytes: Buffer;
}

async function pushLayer(core: Core, { registry, repositoryName, bytes }: Layer): Promise<void> {
  const digest = sha256(bytes);
  if ((await checkLayers(core, registry, repositoryName, [digest])).has(digest)) return;
  const owner = { registry, repositoryName, principal: 'signer' };
  const { id: uploadId } = await startUpload(core, owner);
  await appendToUpload(core, { ...owner, uploadId, bytes: Readable.from([bytes]) });
  await completeUpload(core, { ...owner, uploadId, digests: [digest] });
}

function sha256(bytes: Buffer): Digest {
  return digestOf('sha256', createHash('sha256').update(bytes).digest('hex'));
}

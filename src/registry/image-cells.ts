import { openCell, parseCell, sealCell } from '../kms/envelope/cell.ts';
import { contextOf, type Purpose } from '../kms/envelope/keys.ts';
import type { ImageFacts } from '../storage/metadata/images.ts';
import type { ImageRow } from '../storage/metadata/tables.ts';
import { keepOpened, openedBefore } from './opened-cells.ts';
import type { Manifest } from './parse-manifest.ts';
import type { Repository } from './repository.ts';
import { checkDataKeys, newDataKeys, openDataKeys, type SealingWorld, sealedFor } from './sealing-keys.ts';

const NONCE = 12;

/** What opens an image, besides its row. */
export type RepositoryName = Pick<Repository, 'id' | 'registry' | 'name'>;

/** What a row keeps of an image's contents. */
export type SealedImage = Pick<ImageRow, 'manifest' | 'annotations' | 'is_sealed'>;

/**
 * The contents of an image as its row keeps them: each sealed with data keys of its own.
 *
 * @throws the refusals of KMS when the repository's key cannot be used now
 */
export async function sealImage(
  world: SealingWorld,
  repository: Repository,
  { digest, bytes, annotations }: Pick<Manifest, 'bytes' | 'annotations'> & { readonly digest: string },
): Promise<SealedImage> {
  const cell = async (kind: Kind, plaintext: Buffer) => {
    const keys = await newDataKeys(world, repository, sealedFor(repository, objectOf(repository, digest)));
    return sealCell(plaintext, keys, purposeOf(world, repository, digest, kind), world.ids.bytes(NONCE));
  };
  return {
    manifest: await cell('manifest', bytes),
    annotations: annotations
      ? (await cell('annotations', Buffer.from(JSON.stringify(annotations)))).toString('base64')
      : null,
    is_sealed: 1,
  };
}

/**
 * The exact bytes of the manifest that were pushed.
 *
 * @throws BadEnvelope, and the refusals of KMS when its key cannot be used now
 */
export function openManifest(
  world: SealingWorld,
  repository: RepositoryName,
  row: Pick<ImageRow, 'digest' | 'manifest' | 'is_sealed'>,
): Promise<Buffer> {
  return openIf(world, repository, row, bufferOf(row.manifest), 'manifest');
}

/**
 * The annotations of an image's manifest, if it has any.
 *
 * @throws BadEnvelope, and the refusals of KMS when its key cannot be used now
 */
export async function openAnnotations(
  world: SealingWorld,
  repository: RepositoryName,
  row: Pick<ImageFacts, 'digest' | 'annotations' | 'is_sealed'>,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (row.annotations === null) return undefined;
  const cell = Buffer.from(row.annotations, row.is_sealed === 1 ? 'base64' : 'utf8');
  const json = await openIf(world, repository, row, cell, 'annotations');
  return JSON.parse(json.toString('utf8')) as Record<string, string>;
}

type Kind = 'manifest' | 'annotations';

async function openIf(
  world: SealingWorld,
  repository: RepositoryName,
  { digest, is_sealed }: Pick<ImageRow, 'digest' | 'is_sealed'>,
  cell: Buffer,
  kind: Kind,
): Promise<Buffer> {
  if (is_sealed !== 1) return cell;
  const object = objectOf(repository, digest);
  const wrapped = parseCell(cell);
  const known = openedBefore(world, `${kind} ${object}`, cell);
  if (known) {
    if (!known.isFree) await checkDataKeys(world, wrapped, sealedFor(repository, object));
    return known.bytes;
  }
  const isFree = await checkDataKeys(world, wrapped, sealedFor(repository, object));
  const dataKeys = await openDataKeys(world, wrapped, sealedFor(repository, object));
  const bytes = openCell(cell, dataKeys, purposeOf(world, repository, digest, kind));
  keepOpened(world, `${kind} ${object}`, { cell, bytes, isFree });
  return bytes;
}

function purposeOf(
  { installationId }: SealingWorld,
  repository: RepositoryName,
  digest: string,
  kind: Purpose['kind'],
): Buffer {
  const { account } = repository.registry;
  return contextOf({ installation: installationId, account, kind, object: objectOf(repository, digest) });
}

function objectOf({ id }: Pick<Repository, 'id'>, digest: string): string {
  return `${id}/${digest}`;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

import { createHash } from 'node:crypto';
import { makeDataFolder } from '../src/installation/data-folder.ts';
import { addImage } from '../src/storage/metadata/images.ts';
import { findRepository } from '../src/storage/metadata/repositories.ts';
import { openSqlite } from '../src/storage/metadata/sqlite.ts';
import { placeTag } from '../src/storage/metadata/tags.ts';
import { REPOSITORY } from './servers/server.ts';

const AT_ONCE = 1_000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MINUTE = 60_000;

/** Fills the repository with images, each with a manifest of usual length and one tag, as pushes over months would. */
export async function seedImages(dataDir: string, count: number): Promise<void> {
  const { database } = await makeDataFolder(dataDir);
  const metadata = await openSqlite(database);
  try {
    const registry = { account: '123456789012', region: 'us-east-1' };
    const repository = await metadata.read((tx) => findRepository(tx, registry, REPOSITORY));
    if (repository === undefined) throw new Error('The repository is not there.');
    const now = Date.now();
    for (let first = 0; first < count; first += AT_ONCE) {
      await metadata.write(async (tx) => {
        const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
        await Promise.all(numbers.map((n) => addImage(tx, imageRow(repository.id, n, now - (count - n) * MINUTE))));
        await Promise.all(
          numbers.map((n) => {
            const row = { repository_id: repository.id, tag: `build-${n}`, digest: digestOf(n), updated_at: now };
            return placeTag(tx, row, { mayMove: false });
          }),
        );
      });
    }
  } finally {
    await metadata.close();
  }
}

function imageRow(repositoryId: string, n: number, pushedAt: number) {
  const manifest = Buffer.from(JSON.stringify({ n, filler: 'x'.repeat(1_000) }));
  return {
    repository_id: repositoryId,
    digest: digestOf(n),
    media_type: MANIFEST,
    artifact_type: 'application/vnd.oci.image.config.v1+json',
    manifest_size: manifest.length,
    image_size: 50_000_000 + n,
    subject_digest: null,
    annotations: null,
    pushed_at: pushedAt,
    manifest,
  };
}

function digestOf(n: number): string {
  return `sha256:${createHash('sha256').update(String(n)).digest('hex')}`;
}

import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { makeDataFolder } from '../src/installation/data-folder.ts';
import { REPOSITORY } from './servers/server.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const MINUTE = 60_000;

/**
 * Fills the repository with images, each with a manifest of usual length and one tag, as pushes over months would. In
 * SQL and in one transaction: through the API it would take longer than everything that is measured.
 */
export async function seedImages(dataDir: string, count: number): Promise<void> {
  const { database } = await makeDataFolder(dataDir);
  const db = new DatabaseSync(database);
  try {
    const repositoryId = db.prepare('select id from repositories where name = ?').get(REPOSITORY)?.['id'];
    if (typeof repositoryId !== 'string') throw new Error('The repository is not there.');
    const addImage = db.prepare(
      `insert into images (repository_id, digest, media_type, artifact_type, manifest_size, image_size, pushed_at, manifest, number)
       values (?, ?, ?, ?, ?, ?, ?, ?, (select number from next_of_images))`,
    );
    const addTag = db.prepare('insert into tags (repository_id, tag, digest, updated_at) values (?, ?, ?, ?)');
    const now = Date.now();

    db.exec('begin');
    for (let n = 0; n < count; n++) {
      const digest = `sha256:${createHash('sha256').update(String(n)).digest('hex')}`;
      const manifest = Buffer.from(JSON.stringify({ n, filler: 'x'.repeat(1_000) }));
      const pushedAt = now - (count - n) * MINUTE;
      addImage.run(repositoryId, digest, MANIFEST, CONFIG, manifest.length, 50_000_000 + n, pushedAt, manifest);
      addTag.run(repositoryId, `build-${n}`, digest, pushedAt);
    }
    db.exec('commit');
  } finally {
    db.close();
  }
}

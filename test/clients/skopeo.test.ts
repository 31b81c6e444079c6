import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withEachVersion } from './client.ts';
import { blobText, digestsIn } from './images.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('skopeo', [], (client) => {
  const stage = useStage();
  const skopeo = onStage(stage, client);

  test('an image that was copied in comes back with the same digest, by tag and by digest', async () => {
    const repository = await stage.repository('skopeo/single');
    await skopeo('copy', 'oci:layout:single', `docker://${repository}:1`);

    await skopeo('copy', `docker://${repository}:1`, 'oci:by-tag:1');
    await skopeo('copy', `docker://${repository}@${stage.images.single.digest}`, 'oci:by-digest:1');

    for (const layout of ['by-tag', 'by-digest']) {
      expect(digestsIn(join(stage.home, layout))).toEqual([stage.images.single.digest]);
    }
    const inspected = await skopeo('inspect', '--format', '{{.Digest}}', `docker://${repository}:1`);
    expect(inspected).toBe(stage.images.single.digest);
  });

  test('a multi-arch image comes back whole and byte for byte', async () => {
    const repository = await stage.repository('skopeo/multi');
    await skopeo('copy', '--all', 'oci:layout:multi', `docker://${repository}:1`);

    const raw = await skopeo('inspect', '--raw', `docker://${repository}:1`);
    await skopeo('copy', '--all', `docker://${repository}:1`, 'oci:multi-back:1');

    expect(raw).toBe(blobText(stage.images.folder, stage.images.multi.digest));
    expect(digestsIn(join(stage.home, 'multi-back'))).toEqual([stage.images.multi.digest]);
  });

  // It is long, and all versions pull such an image from each other in the matrix.
  if (client.age === 'new') {
    test('an image of a hundred layers survives the way in, across repositories, and out', async () => {
      const first = await stage.repository('skopeo/many');
      const second = await stage.repository('skopeo/many-copied');
      await skopeo('copy', 'oci:layout:many', `docker://${first}:1`);
      await skopeo('copy', `docker://${first}:1`, `docker://${second}:1`);
      await skopeo('copy', `docker://${second}:1`, 'oci:many-back:1');

      expect(digestsIn(join(stage.home, 'many-back'))).toEqual([stage.images.many.digest]);
    });
  }

  test('tags are listed in order, and a deleted image is gone with its tags', async () => {
    const repository = await stage.repository('skopeo/tags');
    for (const tag of ['b', 'a', 'c']) await skopeo('copy', 'oci:layout:single', `docker://${repository}:${tag}`);
    await skopeo('copy', 'oci:layout:runnable', `docker://${repository}:other`);
    expect(tagsIn(await skopeo('list-tags', `docker://${repository}`))).toEqual(['a', 'b', 'c', 'other']);

    await skopeo('delete', `docker://${repository}:a`);

    expect(tagsIn(await skopeo('list-tags', `docker://${repository}`))).toEqual(['other']);
  });

  test('sync carries a repository with all its tags into a folder', async () => {
    const repository = await stage.repository('skopeo-sync');
    for (const tag of ['one', 'two']) await skopeo('copy', 'oci:layout:single', `docker://${repository}:${tag}`);

    await skopeo('sync', '--src', 'docker', '--dest', 'dir', repository, join(stage.home, 'synced'));

    for (const tag of ['one', 'two']) {
      const manifest = readFileSync(join(stage.home, 'synced', `skopeo-sync:${tag}`, 'manifest.json'), 'utf8');
      expect(manifest).toBe(blobText(stage.images.folder, stage.images.single.digest));
    }
  });

  test('the certificate is refused where its authority is not trusted', async () => {
    const { SSL_CERT_FILE: _, ...env } = stage.env(client.age);

    const listed = run(client.program, ['list-tags', `docker://${stage.registry.host}/skopeo/any`], { env });

    await expect(listed).rejects.toThrow('certificate signed by unknown authority');
  });

  test('a wrong password is told apart from a missing repository', async () => {
    const known = await stage.repository('skopeo/refused');
    const wrong = skopeo('inspect', '--creds', 'AWS:wrong', `docker://${known}:1`);
    await expect(wrong).rejects.toThrow(/unauthorized|authentication|Not Authorized|denied/i);

    const missing = skopeo('copy', 'oci:layout:single', `docker://${stage.registry.host}/skopeo/nowhere:1`);
    await expect(missing).rejects.toThrow(/name unknown|does not exist/);
  });
});

function tagsIn(listing: string): unknown {
  const { Tags: tags }: { Tags?: unknown } = JSON.parse(listing);
  return tags;
}

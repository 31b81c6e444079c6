import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { blobText, digestsIn } from './images.ts';
import { onStage, useStage } from './stage.ts';
import { tarOf } from './tar.ts';

withEachVersion('crane', ['skopeo'], (client) => {
  const stage = useStage();
  const crane = onStage(stage, client);
  const pushed = async (name: string, image: 'single' | 'multi' | 'many') => {
    const repository = await stage.repository(name);
    await onStage(stage, newest('skopeo'))('copy', '--all', `oci:layout:${image}`, `docker://${repository}:1`);
    return repository;
  };

  test.each(['single', 'multi', 'many'] as const)(
    'the image "%s" is copied, read again whole, and pulled',
    async (image) => {
      const from = await pushed(`crane/${image}`, image);
      const to = await stage.repository(`crane/${image}-copied`);

      await crane('copy', `${from}:1`, `${to}:1`);
      await crane('validate', '--remote', `${to}:1`);
      await crane('pull', '--format', 'oci', `${to}:1`, join(stage.home, image));

      expect(await crane('digest', `${to}:1`)).toBe(stage.images[image].digest);
      expect(await crane('manifest', `${to}:1`)).toBe(blobText(stage.images.folder, stage.images[image].digest));
      expect(digestsIn(join(stage.home, image))).toEqual([stage.images[image].digest]);
    },
  );

  test('a layer is appended to an image that is there, and the new image is listed beside it', async () => {
    const repository = await pushed('crane/appended', 'single');
    writeFileSync(join(stage.home, 'more.tar'), tarOf([{ path: 'more', content: 'more' }]));

    await crane('append', '-b', `${repository}:1`, '-f', 'more.tar', '-t', `${repository}:2`);

    expect((await crane('ls', repository)).split('\n')).toEqual(['1', '2']);
    await crane('validate', '--remote', `${repository}:2`);
  });

  test('a tag is set without a push, the catalog names the repository, and a deleted image is gone', async () => {
    const repository = await pushed('crane/tagged', 'single');
    await crane('tag', `${repository}:1`, 'again');
    expect(await crane('digest', `${repository}:again`)).toBe(stage.images.single.digest);
    expect((await crane('catalog', stage.registry.host)).split('\n')).toContain('crane/tagged');

    await crane('delete', `${repository}@${stage.images.single.digest}`);

    await expect(crane('digest', `${repository}:again`)).rejects.toThrow(/MANIFEST_UNKNOWN|404|not found/i);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { digestsIn } from './images.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('umoci', ['skopeo'], (client) => {
  const stage = useStage();
  const umoci = onStage(stage, client);
  const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);

  test('what skopeo pulled is unpacked; what umoci changed is pushed and comes back the same', async () => {
    const repository = await stage.repository('umoci/changed');
    await skopeo('copy', 'oci:layout:single', `docker://${repository}:1`);
    await skopeo('copy', `docker://${repository}:1`, 'oci:pulled:1');

    await umoci('unpack', '--rootless', '--image', 'pulled:1', 'bundle');
    expect(readFileSync(join(stage.home, 'bundle', 'rootfs', 'note-1'), 'utf8')).toBe('single, layer 1\n');

    await umoci('config', '--image', 'pulled:1', '--tag', '2', '--config.user', '1000');
    await skopeo('copy', 'oci:pulled:2', `docker://${repository}:2`);
    await skopeo('copy', `docker://${repository}:2`, 'oci:back:2');

    const changed = digestsIn(join(stage.home, 'pulled')).find((it) => it !== stage.images.single.digest);
    expect(digestsIn(join(stage.home, 'back'))).toEqual([changed]);
  });
});

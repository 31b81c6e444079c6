import { type ECRClient, ListImagesCommand, paginateListImages } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const repositoryName = 'app';
const repositoryNotFound = () =>
  refused(
    'RepositoryNotFoundException',
    `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`,
  );

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
let config: Awaited<ReturnType<typeof pushLayer>>;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
  config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
});

describe('ListImages', () => {
  test('pages through each tag, then each image without one', async () => {
    const [tagged, untagged] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
    await pushImage(ecr, tagged, 'a', 'b');
    await pushImage(ecr, untagged);

    const pages = await Array.fromAsync(paginateListImages({ client: ecr, pageSize: 2 }, { repositoryName }));

    expect(pages.map((page) => page.imageIds)).toEqual([
      ['a', 'b'].map((imageTag) => ({ imageDigest: tagged.digest, imageTag })),
      [{ imageDigest: untagged.digest }],
    ]);
  });

  test('filters, and its token goes on only with the same filter and repository', async () => {
    const manifest = aManifest({ config });
    await pushImage(ecr, manifest, 'a', 'b');
    await berth.createRepository('other');
    const filter = { tagStatus: 'TAGGED' } as const;
    const { nextToken } = await ecr.send(new ListImagesCommand({ repositoryName, filter, maxResults: 1 }));
    const next = (changed: Partial<ListImagesCommand['input']>) =>
      ecr.send(new ListImagesCommand({ repositoryName, filter, nextToken, ...changed }));

    const page = await next({});

    expect(page.imageIds).toEqual([{ imageDigest: manifest.digest, imageTag: 'b' }]);
    expect(page.nextToken).toBeUndefined();
    const foreign = refused(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid next token'",
    );
    await expect(next({ filter: { tagStatus: 'ANY' } })).rejects.toEqual(foreign);
    await expect(next({ repositoryName: 'other' })).rejects.toEqual(foreign);
    await expect(next({ nextToken: 'b' })).rejects.toEqual(foreign);
    await expect(next({ repositoryName: 'none' })).rejects.toEqual(repositoryNotFound());
    expect(
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }))).imageIds,
    ).toEqual([]);
    expect(
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { imageStatus: 'ARCHIVED' } }))).imageIds,
    ).toEqual([]);
  });
});

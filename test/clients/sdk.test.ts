import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  paginateListImages,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { expect, test } from 'vitest';
import { newest, withNewest } from './client.ts';
import { onStage, useStage } from './stage.ts';

withNewest('@aws-sdk/client-ecr', ['skopeo'], () => {
  const stage = useStage();

  test('pages through images, reads times as dates, and throws the typed exception', async () => {
    const address = await stage.repository('sdk/images');
    for (const tag of ['a', 'b', 'c']) {
      await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${address}:${tag}`);
    }

    const tags: (string | undefined)[] = [];
    for await (const page of paginateListImages({ client: stage.ecr, pageSize: 2 }, { repositoryName: 'sdk/images' })) {
      tags.push(...(page.imageIds ?? []).map((it) => it.imageTag));
    }
    const { imageDetails } = await stage.ecr.send(new DescribeImagesCommand({ repositoryName: 'sdk/images' }));
    const missing = stage.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['sdk/none'] }));

    expect(tags.sort()).toEqual(['a', 'b', 'c']);
    expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
    await expect(missing).rejects.toBeInstanceOf(RepositoryNotFoundException);
    await expect(missing).rejects.toMatchObject({ $metadata: { requestId: expect.any(String), httpStatusCode: 400 } });
  });
});

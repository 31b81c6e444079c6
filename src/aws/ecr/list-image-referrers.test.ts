import { type ECRClient, ListImageReferrersCommand } from '@aws-sdk/client-ecr';
import { beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import { putImage } from '../../registry/put-image.ts';
import { OCI_MANIFEST } from '../../values/media-type.ts';

const repositoryName = 'app';
const SUBJECT = { mediaType: OCI_MANIFEST, digest: `sha256:${'0'.repeat(64)}`, size: 7 } as const;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await berth.createRepository(repositoryName);
});

async function sign(note: string, artifactType: string) {
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  const manifest = aManifest({ config, note, artifactType, subject: SUBJECT });
  await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags: [] });
  return manifest;
}

function list(changed: Partial<ListImageReferrersCommand['input']> = {}) {
  const subjectId = { imageDigest: SUBJECT.digest };
  return ecr.send(new ListImageReferrersCommand({ repositoryName, subjectId, ...changed }));
}

test('it tells all of a referrer, whether its subject is there or not', async () => {
  const signature = await sign('by me', 'a/signature');

  const { referrers, nextToken } = await list();

  expect(referrers).toEqual([
    {
      digest: signature.digest,
      mediaType: OCI_MANIFEST,
      artifactType: 'a/signature',
      size: signature.bytes.length,
      annotations: { note: 'by me' },
      artifactStatus: 'ACTIVE',
    },
  ]);
  expect(nextToken).toBeUndefined();
});

test('it filters by type and status', async () => {
  const signature = await sign('1', 'a/signature');
  await sign('2', 'an/sbom');
  const found = async (filter: ListImageReferrersCommand['input']['filter']) =>
    (await list({ filter })).referrers?.map((it) => it.digest);

  expect(await found({ artifactTypes: ['a/signature', 'a/none'] })).toEqual([signature.digest]);
  expect(await found({ artifactTypes: [] })).toHaveLength(2);
  expect(await found({ artifactStatus: 'ANY' })).toHaveLength(2);
  expect(await found({ artifactStatus: 'ARCHIVED' })).toEqual([]);
});

test('it pages by twenty when no number is said, and a token goes on with its subject alone', async () => {
  for (let i = 0; i < 21; i++) await sign(String(i), 'a/signature');

  const first = await list();
  const second = await list({ nextToken: first.nextToken });

  expect([first.referrers?.length, second.referrers?.length]).toEqual([20, 1]);
  expect(second.nextToken).toBeUndefined();
  const other = { imageDigest: `sha256:${'1'.repeat(64)}` };
  await expect(list({ subjectId: other, nextToken: first.nextToken })).rejects.toEqual(
    refused('InvalidParameterException', /'nextToken'/),
  );
});

test('an unknown subject has none, and what is no digest is refused', async () => {
  expect((await list()).referrers).toEqual([]);
  await expect(list({ subjectId: { imageDigest: 'latest' } })).rejects.toEqual(
    refused('InvalidParameterException', /^Invalid parameter at 'subjectId.imageDigest'/),
  );
  await expect(list({ repositoryName: 'none' })).rejects.toEqual(refused('RepositoryNotFoundException', /'none'/));
});

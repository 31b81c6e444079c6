import { verify, X509Certificate } from 'node:crypto';
import {
  BatchDeleteImageCommand,
  DeleteSigningConfigurationCommand,
  DescribeImageSigningStatusCommand,
  type ECRClient,
  GetSigningConfigurationCommand,
  ListImageReferrersCommand,
  PutImageCommand,
  PutSigningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { allowing, remove, role, session, user } from '../../test/identity.ts';
import { aManifest, anIndex, pushLayer } from '../../test/manifests.ts';
import { getImage } from '../registry/get-image.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { changeImageSigning } from '../storage/metadata/image-signings.ts';
import { listJobs } from '../storage/metadata/jobs.ts';
import { findRepository } from '../storage/metadata/repositories.ts';
import { profileArn } from '../values/signer-arn.ts';
import { signingAuthorityOf } from './authority.ts';
import { cancelProfile, putProfile } from './profiles.ts';
import { signImage } from './sign-image.ts';

const NOTATION = 'Notation-OCI-SHA384-ECDSA';
const PUSHING = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

let berth: TestBerth;
let root: ECRClient;
let config: Awaited<ReturnType<typeof pushLayer>>;
beforeAll(async () => {
  berth = await startBerth();
  root = ecrClient(berth);
  await berth.createRepository('app');
  await berth.createRepository('other/app');
  for (const name of ['app', 'other/app'])
    config = await pushLayer(berth.world, berth.registry, name, Buffer.from('{}'));
  for (const name of ['first', 'second']) await putProfile(berth.world, named(name));
});
afterAll(() => berth.stop());

let pushed = 0;
beforeEach(() => sign([{ signingProfileArn: arnOf('first') }]));

const named = (name: string) => ({ ...berth.registry, name, platformId: NOTATION });
const arnOf = (name: string) => profileArn({ ...berth.registry, name });
const newManifest = () => aManifest({ config, note: `${++pushed}` });

type Rules = NonNullable<PutSigningConfigurationCommand['input']['signingConfiguration']>['rules'];

function sign(rules: Rules) {
  return root.send(new PutSigningConfigurationCommand({ signingConfiguration: { rules } }));
}

async function push(manifest: Manifest, { ecr = root, repositoryName = 'app', imageTag = '' } = {}): Promise<void> {
  const imageManifest = manifest.bytes.toString('utf8');
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, ...(imageTag !== '' && { imageTag }) }));
}

async function statusesOf({ digest }: Pick<Manifest, 'digest'>, repositoryName = 'app') {
  const input = { repositoryName, imageId: { imageDigest: digest } };
  return (await root.send(new DescribeImageSigningStatusCommand(input))).signingStatuses ?? [];
}

async function signaturesOf({ digest }: Pick<Manifest, 'digest'>, repositoryName = 'app') {
  const subjectId = { imageDigest: digest };
  const { referrers = [] } = await root.send(new ListImageReferrersCommand({ repositoryName, subjectId }));
  return referrers.filter((it) => it.artifactType === 'application/vnd.cncf.notary.signature');
}

test('what is pushed is being signed, and has one signature by the profile once that is done', async () => {
  const manifest = newManifest();
  await push(manifest, { imageTag: 'v1' });
  await berth.settle();

  expect(await statusesOf(manifest)).toEqual([{ signingProfileArn: arnOf('first'), status: 'COMPLETE' }]);
  const [signature, ...others] = await signaturesOf(manifest);
  expect(others).toEqual([]);
  const { manifest: bytes } = await getImage(berth.world, {
    registry: berth.registry,
    repositoryName: 'app',
    reference: { digest: signature?.digest ?? '' },
  });
  const json = JSON.parse(bytes.toString('utf8'));
  expect(json.subject).toEqual({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
  });
  expect(json.config.mediaType).toBe('application/vnd.cncf.notary.signature');
  expect(json.layers).toEqual([expect.objectContaining({ mediaType: 'application/jose+json' })]);
});

test('an image of which nothing is said is not signed, nor one that was there, nor a signature, nor what a tag makes one', async () => {
  const before = newManifest();
  await sign([
    { signingProfileArn: arnOf('first'), repositoryFilters: [{ filter: 'other/*', filterType: 'WILDCARD_MATCH' }] },
  ]);
  await push(before);
  await berth.settle();
  await sign([{ signingProfileArn: arnOf('first') }]);
  await push(before, { imageTag: 'again' });
  const about = aManifest({ config, subject: { mediaType: before.mediaType, digest: before.digest, size: 1 } });
  await push(about);
  const byTag = newManifest();
  await push(byTag, { imageTag: `${before.digest.replace(':', '-')}.sig` });
  await berth.settle();

  for (const it of [before, about, byTag]) expect(await statusesOf(it)).toEqual([]);
});

test('each profile whose rules match signs once, also an index', async () => {
  const all = { filter: '*', filterType: 'WILDCARD_MATCH' as const };
  await sign([
    { signingProfileArn: arnOf('second'), repositoryFilters: [{ ...all, filter: 'other/*' }, all] },
    { signingProfileArn: arnOf('first') },
    { signingProfileArn: arnOf('second') },
  ]);
  const child = newManifest();
  const index = anIndex([child]);
  await push(child, { repositoryName: 'other/app' });
  await push(index, { repositoryName: 'other/app' });
  await berth.settle();

  for (const it of [child, index]) {
    const statuses = await statusesOf(it, 'other/app');
    expect(statuses.map(({ signingProfileArn, status }) => [signingProfileArn, status])).toEqual([
      [arnOf('first'), 'COMPLETE'],
      [arnOf('second'), 'COMPLETE'],
    ]);
    expect(await signaturesOf(it, 'other/app')).toHaveLength(2);
  }
});

test('who may push, and not have it signed, has pushed, and is told why there is no signature', async () => {
  const pusher = await user(berth, { policies: [allowing(PUSHING)] });
  const manifest = newManifest();
  await push(manifest, { ecr: ecrClient(berth, { credentials: pusher }) });
  await berth.settle();

  expect(await statusesOf(manifest)).toEqual([
    {
      signingProfileArn: arnOf('first'),
      status: 'FAILED',
      failureCode: 'AccessDeniedException',
      failureReason: `User: ${pusher.arn} is not authorized to perform: signer:SignPayload on resource: ${arnOf('first')} because no identity-based policy allows the signer:SignPayload action`,
    },
  ]);
  expect(await signaturesOf(manifest)).toEqual([]);
});

test('who may have it signed has it signed, as user and as session of a role', async () => {
  const policies = [allowing([...PUSHING, 'signer:SignPayload'])];
  for (const credentials of [await user(berth, { policies }), session(berth, await role(berth, { policies }))]) {
    const manifest = newManifest();
    await push(manifest, { ecr: ecrClient(berth, { credentials }) });
    await berth.settle();

    expect(await statusesOf(manifest)).toEqual([{ signingProfileArn: arnOf('first'), status: 'COMPLETE' }]);
  }
});

test('who could push when he did, and now may not, or is gone, has nothing signed', async () => {
  const allowed = await user(berth, { policies: [allowing([...PUSHING, 'signer:SignPayload'])] });
  const manifest = newManifest();
  await push(manifest, { ecr: ecrClient(berth, { credentials: allowed }) });
  await remove(berth, allowed);
  await berth.settle();

  expect(await statusesOf(manifest)).toEqual([
    expect.objectContaining({
      status: 'FAILED',
      failureCode: 'AccessDeniedException',
      failureReason: expect.stringContaining(allowed.arn),
    }),
  ]);
});

test('a profile that is not there, is canceled, or of another account signs nothing, and the status says so', async () => {
  await putProfile(berth.world, named('canceled'));
  await cancelProfile(berth.world, { ...berth.registry, name: 'canceled' });
  const elsewhere = profileArn({ account: '999999999999', region: berth.registry.region, name: 'first' });
  await sign([arnOf('nobody'), arnOf('canceled'), elsewhere].map((signingProfileArn) => ({ signingProfileArn })));
  const manifest = newManifest();
  await push(manifest);
  await berth.settle();

  const codes = (await statusesOf(manifest)).map((it) => [it.signingProfileArn, it.status, it.failureCode]);
  expect(codes).toEqual([
    [arnOf('canceled'), 'FAILED', 'ValidationException'],
    [arnOf('nobody'), 'FAILED', 'ResourceNotFoundException'],
    [elsewhere, 'FAILED', 'AccessDeniedException'],
  ]);
});

test('a job that is done again, also after it was cut off before its end, leaves one signature', async () => {
  const manifest = newManifest();
  await push(manifest);
  await berth.settle();
  const repository = await berth.world.metadata.read((tx) => findRepository(tx, berth.registry, 'app'));
  const payload = {
    registry: berth.registry,
    repository: { id: repository?.id ?? '', name: 'app' },
    digest: manifest.digest,
    profileArn: arnOf('first'),
    by: `arn:aws:iam::${berth.registry.account}:root`,
  };
  const run = { jobId: '', attempt: 1, signal: new AbortController().signal, finish: async () => undefined };
  await signImage.run(berth.world, payload, run);
  expect(await signaturesOf(manifest)).toHaveLength(1);

  // As a crash leaves it that comes between the push of the signature and the note of it.
  const row = { repository_id: payload.repository.id, digest: manifest.digest, profile_arn: arnOf('first') };
  const envelope = (await envelopeOf(manifest)).toString('utf8');
  await berth.world.metadata.write((tx) => changeImageSigning(tx, row, { status: 'IN_PROGRESS', envelope }));
  await signImage.run(berth.world, payload, run);

  expect(await signaturesOf(manifest)).toHaveLength(1);
  expect(await statusesOf(manifest)).toEqual([{ signingProfileArn: arnOf('first'), status: 'COMPLETE' }]);
});

test('a signature says what was signed, by whom and for how long, and holds under the authority of the account', async () => {
  const manifest = newManifest();
  await push(manifest);
  await berth.settle();
  const envelope = JSON.parse((await envelopeOf(manifest)).toString('utf8'));
  const text = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

  expect(text(envelope.payload)).toEqual({
    targetArtifact: { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length },
  });
  const header = text(envelope.protected);
  const now = berth.world.clock.now();
  expect(header).toMatchObject({ alg: 'ES384', 'io.cncf.notary.signingScheme': 'notary.x509.signingAuthority' });
  expect(Date.parse(header['io.cncf.notary.authenticSigningTime'])).toBe(Math.floor(now.getTime() / 1000) * 1000);
  const years = (Date.parse(header['io.cncf.notary.expiry']) - now.getTime()) / (365.25 * 86_400_000);
  expect(years).toBeCloseTo(135 / 12, 1);

  const [own, authority] = envelope.header.x5c.map((it: string) => new X509Certificate(Buffer.from(it, 'base64')));
  const { certificate } = await signingAuthorityOf(berth.world, berth.registry.account);
  expect(authority.raw).toEqual(new X509Certificate(certificate).raw);
  expect(own.verify(authority.publicKey)).toBe(true);
  expect(own.subject).toContain(`OU=${berth.registry.account}`);
  expect(own.subject).toContain('CN=first');
  const signed = Buffer.from(`${envelope.protected}.${envelope.payload}`);
  const key = { key: own.publicKey, dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha384', signed, key, Buffer.from(envelope.signature, 'base64url'))).toBe(true);
});

test('the status goes with its image, and the image goes though it has one', async () => {
  const manifest = newManifest();
  await push(manifest);
  await berth.settle();
  await root.send(new BatchDeleteImageCommand({ repositoryName: 'app', imageIds: [{ imageDigest: manifest.digest }] }));

  await expect(statusesOf(manifest)).rejects.toEqual(refused('ImageNotFoundException', /does not exist within/));
  const rows = await berth.world.metadata.read((tx) =>
    tx.selectFrom('image_signings').selectAll().where('digest', '=', manifest.digest).execute(),
  );
  expect(rows).toEqual([]);
});

test('an image that is deleted before its turn is not signed, and nothing fails', async () => {
  const manifest = newManifest();
  await push(manifest);
  await root.send(new BatchDeleteImageCommand({ repositoryName: 'app', imageIds: [{ imageDigest: manifest.digest }] }));
  await berth.settle();

  expect(
    (await berth.world.metadata.read((tx) => listJobs(tx, { kind: 'sign-image', limit: 10 }))).map((it) => it.state),
  ).toEqual([]);
});

test('a configuration is put, shown, replaced and deleted; without one each is told that there is none', async () => {
  const rules = [
    {
      signingProfileArn: arnOf('second'),
      repositoryFilters: [{ filter: 'a/*', filterType: 'WILDCARD_MATCH' as const }],
    },
  ];
  await sign(rules);
  expect(await root.send(new GetSigningConfigurationCommand({}))).toMatchObject({
    registryId: berth.registry.account,
    signingConfiguration: { rules },
  });
  await sign([]);
  expect(await root.send(new DeleteSigningConfigurationCommand({}))).toMatchObject({
    signingConfiguration: { rules: [] },
  });

  const none = refused('SigningConfigurationNotFoundException', /does not exist in the registry/);
  await expect(root.send(new GetSigningConfigurationCommand({}))).rejects.toEqual(none);
  await expect(root.send(new DeleteSigningConfigurationCommand({}))).rejects.toEqual(none);
  const abroad = profileArn({ account: berth.registry.account, region: 'eu-west-1', name: 'first' });
  await expect(sign([{ signingProfileArn: abroad }])).rejects.toEqual(refused('ValidationException', /eu-west-1/));
});

/** The signature itself: the one layer of the manifest that refers to the image. */
async function envelopeOf(manifest: Manifest): Promise<Buffer> {
  const [signature] = await signaturesOf(manifest);
  const where = { registry: berth.registry, repositoryName: 'app' };
  const stored = await getImage(berth.world, { ...where, reference: { digest: signature?.digest ?? '' } });
  const [{ digest }] = JSON.parse(stored.manifest.toString('utf8')).layers;
  const answer = await fetch(`${berth.url}/v2/app/blobs/${digest}`, {
    headers: { authorization: berth.authorization },
  });
  return Buffer.from(await answer.arrayBuffer());
}

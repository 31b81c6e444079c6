import type { JobKind } from '../jobs/job-kind.ts';
import { changeImageSigning, findImageSigning, settleEnvelope } from '../storage/metadata/image-signings.ts';
import { findImageFacts } from '../storage/metadata/images.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { parseProfileArn } from '../values/signer-arn.ts';
import type { World } from '../world.ts';
import { PAYLOAD_TYPE } from './envelope.ts';
import { mayHaveSigned } from './may-sign.ts';
import { getProfile } from './profiles.ts';
import { pushSignature } from './push-signature.ts';
import { SignerInvalid } from './refusals.ts';
import { signPayload, thumbprintsOf } from './sign-payload.ts';

export const SIGN_IMAGE = 'sign-image';
const ATTEMPTS = 8;

export interface SignImage {
  readonly registry: RegistryId;
  readonly repository: { readonly id: string; readonly name: string };
  readonly digest: string;
  readonly profileArn: string;
  /** ARN of who pushed it. */
  readonly by: string;
}

/** Signs an image with one profile, and says what became of it. Done twice, it leaves one signature. */
export const signImage: JobKind = {
  name: SIGN_IMAGE,
  attempts: ATTEMPTS,
  async run(world, payload, { attempt }) {
    const image = payload as SignImage; // Written by `signOnPush` alone.
    try {
      await sign(world, image);
    } catch (error) {
      // What is said with a status of 500 and above may be over at a later try.
      const isRefused = error instanceof Refusal && error.status < 500;
      if (!isRefused && attempt < ATTEMPTS) throw error;
      await fail(world, image, error);
      if (!isRefused) throw error;
    }
  },
};

async function sign(world: World, image: SignImage): Promise<void> {
  const { registry, repository, digest, profileArn } = image;
  const { known, facts } = await world.metadata.read(async (tx) => ({
    known: await findImageSigning(tx, rowOf(image)),
    facts: await findImageFacts(tx, repository.id, digest),
  }));
  // The image went, and what was known of its signatures with it.
  if (!known || !facts || known.status === 'COMPLETE') return;

  const profile = parseProfileArn(profileArn);
  if (!profile) throw SignerInvalid({ what: `${profileArn} is no signing profile of this installation.` });
  await mayHaveSigned(world, { ...image, repositoryName: repository.name });
  const subject = { mediaType: facts.media_type, digest, size: facts.manifest_size };
  const envelope = await keptEnvelope(world, image, { known: known.envelope, subject, profile });
  if (envelope === undefined) return;

  const { chain } = await getProfile(world, profile);
  const pushed = { registry, repositoryName: repository.name, subject, thumbprints: thumbprintsOf(chain) };
  await pushSignature(world, { ...pushed, envelope: Buffer.from(envelope, 'utf8') });
  const done = { status: 'COMPLETE', failure_code: null, failure_reason: null, envelope: null } as const;
  await world.metadata.write((tx) => changeImageSigning(tx, rowOf(image), done));
}

interface ToSign {
  readonly known: string | null;
  readonly subject: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly profile: NonNullable<ReturnType<typeof parseProfileArn>>;
}

/** The signature, made once and kept before anything is pushed; undefined when the image went meanwhile. */
async function keptEnvelope(
  world: World,
  image: SignImage,
  { known, subject, profile }: ToSign,
): Promise<string | undefined> {
  if (known !== null) return known;
  const payload = Buffer.from(JSON.stringify({ targetArtifact: subject }));
  const { envelope } = await signPayload(world, profile, { payload, format: PAYLOAD_TYPE });
  return world.metadata.write((tx) => settleEnvelope(tx, rowOf(image), envelope.toString('utf8')));
}

async function fail(world: Pick<World, 'metadata'>, image: SignImage, error: unknown): Promise<void> {
  const [code, reason] =
    error instanceof Refusal
      ? [error.code, error.message]
      : ['InternalServiceErrorException', 'The signature could not be made; the log says why.'];
  const failed = { status: 'FAILED', failure_code: code, failure_reason: reason } as const;
  await world.metadata.write((tx) => changeImageSigning(tx, rowOf(image), failed));
}

function rowOf({ repository, digest, profileArn }: SignImage) {
  return { repository_id: repository.id, digest, profile_arn: profileArn };
}

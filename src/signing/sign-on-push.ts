import type { ChangeConsumer } from '../changes/consumer.ts';
import { beginImageSigning } from '../storage/metadata/image-signings.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { Change, ImagePushed } from '../values/change.ts';
import type { World } from '../world.ts';
import { signingRulesIn } from './configuration.ts';
import { profilesFor } from './match.ts';
import { SIGN_IMAGE, type SignImage } from './sign-image.ts';
import { SIGNATURE_TYPE } from './signature-type.ts';

/** Has what is pushed signed by the profiles that the registry's rules name for its repository. */
export const signOnPush: ChangeConsumer = {
  name: 'sign-on-push',
  async consume(tx, changes, world) {
    for (const change of changes) {
      if (change.what.kind !== 'image-pushed' || change.by === undefined || !isToBeSigned(change.what)) continue;
      await addSignings(tx, { change, digest: change.what.image.digest, by: change.by }, world);
    }
  },
};

/** Tags by which clients without referrers name what belongs to another image: signatures, attestations. */
const OF_ANOTHER = /^sha256-[0-9a-f]{64}/;

/** A new image that is not itself about another one. */
function isToBeSigned({ image, parts, tags }: ImagePushed): boolean {
  if (parts === undefined || image.subjectDigest !== undefined || image.artifactType === SIGNATURE_TYPE) return false;
  return !tags.some(({ tag }) => OF_ANOTHER.test(tag));
}

async function addSignings(
  tx: Writing,
  { change, digest, by }: { readonly change: Change; readonly digest: string; readonly by: string },
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
): Promise<void> {
  const { registry, repository } = change;
  const now = clock.now();
  for (const profileArn of profilesFor(await signingRulesIn(tx, registry), repository.name)) {
    const signed = { repository_id: repository.id, digest, profile_arn: profileArn };
    if (!(await beginImageSigning(tx, { ...signed, now }))) continue;
    const payload: SignImage = { registry, repository, digest, profileArn, by };
    await addJob(tx, {
      id: ids.uuid(),
      kind: SIGN_IMAGE,
      registry,
      payload,
      uniqueKey: `${repository.id}/${digest} ${profileArn}`,
      dueAt: now,
      now,
    });
  }
}

import { makeKey } from '../kms/make-key.ts';
import { signerKeyPolicy } from '../kms/own-policies.ts';
import { addKey } from '../storage/metadata/kms-keys.ts';
import { putResourcePolicy } from '../storage/metadata/resource-policies.ts';
import {
  addSigningProfile,
  changeSigningProfile,
  findSigningProfile,
  type ProfilePage,
  signingProfilesAfter,
} from '../storage/metadata/signing-profiles.ts';
import type { SigningProfileRow } from '../storage/metadata/signing-tables.ts';
import { keyArn } from '../values/kms-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { ProfileName } from '../values/signer-arn.ts';
import type { World } from '../world.ts';
import { signingAuthorityOf } from './authority.ts';
import { makeSignerCertificate } from './certificates.ts';
import { PLATFORMS } from './platforms.ts';
import { checkProfileTags, type ProfileTags } from './profile-tags.ts';
import { profileNotFound, SignerInvalid, SignerResourceNotFound } from './refusals.ts';
import { isValidity, type SignatureValidity } from './validity.ts';

export interface SigningProfile extends ProfileName {
  /** Ten letters and digits. */
  readonly version: string;
  readonly platformId: string;
  readonly validity: SignatureValidity;
  readonly parameters: Readonly<Record<string, string>> | undefined;
  readonly tags: ProfileTags;
  readonly status: 'Active' | 'Canceled';
  readonly keyId: string;
  /** DER, its own certificate first. */
  readonly chain: readonly Buffer[];
}

export interface PutProfile extends ProfileName {
  readonly platformId: string;
  readonly validity?: SignatureValidity | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly tags?: ProfileTags | undefined;
}

type Profiles = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log' | 'secrets'>;

/**
 * Makes a profile, with a key in KMS and a certificate of its own. API_PutSigningProfile.
 *
 * @throws SignerResourceNotFound for a platform that is not served, SignerInvalid for a name that was given before, also
 *   to a profile that was canceled since; KeyUnavailable
 */
export async function putProfile(world: Profiles, input: PutProfile): Promise<SigningProfile> {
  const { account, region, name, tags = {} } = input;
  const platform = PLATFORMS.find((it) => it.platformId === input.platformId);
  if (!platform) throw SignerResourceNotFound({ what: `Signing platform ${input.platformId} not found.` });
  const validity = input.validity ?? platform.validity;
  if (!isValidity(validity)) {
    throw SignerInvalid({
      what: `A signature validity period of ${validity.value} ${validity.type} is none from 1 day to 135 months.`,
    });
  }
  checkProfileTags(tags);
  if (await world.metadata.readOne((tx) => findSigningProfile(tx, input, name))) throw nameTaken(name);

  const registry = { account, region };
  const { key, version } = await makeKey(world, {
    registry,
    purpose: `signer/${name}`,
    spec: 'ECC_NIST_P384',
    usage: 'SIGN_VERIFY',
    description: `Key of the signing profile ${name}`,
  });
  const authority = await signingAuthorityOf(world, account);
  const chain = await makeSignerCertificate(
    authority,
    { account, region, profileName: name },
    { publicKey: version.public_key ?? new Uint8Array(), now: world.clock.now(), serial: world.ids.bytes(16) },
  );
  const row: SigningProfileRow = {
    account,
    region,
    name,
    version: versionOf(world),
    platform_id: platform.platformId,
    validity_value: validity.value,
    validity_type: validity.type,
    parameters: input.parameters === undefined ? null : JSON.stringify(input.parameters),
    tags: JSON.stringify(tags),
    status: 'Active',
    key_id: key.key_id,
    certificate_chain: JSON.stringify(chain.map((it) => it.toString('base64'))),
    created_at: key.created_at,
  };
  const policyVersion = world.ids.uuid();
  await world.metadata.write(async (tx) => {
    if (!(await addSigningProfile(tx, row))) throw nameTaken(name);
    await addKey(tx, key, version);
    await putResourcePolicy(tx, {
      kind: 'key',
      resource_id: keyArn(registry, key.key_id),
      document: signerKeyPolicy(registry),
      principals: '{}',
      version: policyVersion,
      updated_at: key.created_at,
    });
  });
  return profileOf(row);
}

/** The profile, also one that was canceled. @throws SignerResourceNotFound */
export async function getProfile(world: Pick<World, 'metadata'>, profile: ProfileName): Promise<SigningProfile> {
  const row = await world.metadata.readOne((tx) => findSigningProfile(tx, profile, profile.name));
  if (!row) throw profileNotFound(profile.name);
  return profileOf(row);
}

/** A page of profiles by name. */
export async function listProfiles(
  world: Pick<World, 'metadata'>,
  registry: RegistryId,
  page: ProfilePage,
): Promise<readonly SigningProfile[]> {
  const rows = await world.metadata.readOne((tx) => signingProfilesAfter(tx, registry, page));
  return rows.map(profileOf);
}

/** Has the profile sign no more; its signatures stay good. API_CancelSigningProfile. @throws SignerResourceNotFound */
export async function cancelProfile(world: Pick<World, 'metadata'>, profile: ProfileName): Promise<void> {
  await world.metadata.write(async (tx) => {
    const row = await findSigningProfile(tx, profile, profile.name);
    if (!row) throw profileNotFound(profile.name);
    await changeSigningProfile(tx, profile, { status: 'Canceled' });
  });
}

function profileOf(row: SigningProfileRow): SigningProfile {
  const { account, region, name, version, status } = row;
  const chain: readonly string[] = JSON.parse(row.certificate_chain);
  return {
    account,
    region,
    name,
    version,
    platformId: row.platform_id,
    validity: { value: row.validity_value, type: row.validity_type },
    parameters: row.parameters === null ? undefined : JSON.parse(row.parameters),
    tags: JSON.parse(row.tags),
    status,
    keyId: row.key_id,
    chain: chain.map((it) => Buffer.from(it, 'base64')),
  };
}

function nameTaken(name: string) {
  return SignerInvalid({
    what: `A signing profile named ${name} exists already, or did before it was canceled: names are not used again.`,
  });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789';

function versionOf({ ids }: Pick<World, 'ids'>): string {
  return Array.from(ids.bytes(10), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

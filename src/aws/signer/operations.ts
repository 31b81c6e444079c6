import type { Operation } from '../operation.ts';
import { CancelSigningProfile } from './cancel-signing-profile.ts';
import { GetSigningProfile } from './get-signing-profile.ts';
import { ListSigningProfiles } from './list-signing-profiles.ts';
import { PutSigningProfile } from './put-signing-profile.ts';
import { SignPayload } from './sign-payload.ts';
import { GetSigningPlatform, ListSigningPlatforms } from './signing-platforms.ts';
import { ListTagsForResource, TagResource, UntagResource } from './tags.ts';

/** Every operation of AWS Signer that is served: what signing container images needs. */
export const SIGNER_OPERATIONS: readonly Operation[] = [
  CancelSigningProfile,
  GetSigningPlatform,
  GetSigningProfile,
  ListSigningPlatforms,
  ListSigningProfiles,
  ListTagsForResource,
  PutSigningProfile,
  SignPayload,
  TagResource,
  UntagResource,
];

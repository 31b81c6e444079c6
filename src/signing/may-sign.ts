import { authorize } from '../identity/authorize.ts';
import { principalOfArn } from '../identity/principal-of-arn.ts';
import { repositoryArn } from '../values/arn.ts';
import { defineRefusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

/** What a push asks for, and the push of a signature too. */
const PUSH_ACTIONS = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
] as const;

const NobodyLeft = defineRefusal<{ arn: string }>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: (it) =>
    `${it.arn} pushed the image, and what he may do now cannot be said: he is gone, or a federated user.`,
});

export interface Signing {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly profileArn: string;
  /** ARN of who pushed the image. */
  readonly by: string;
}

/**
 * Whether he who pushed an image may have it signed: a signature is made in his name. Policies of today count; those that
 * were passed to his session are not known any more.
 *
 * @throws AccessDenied
 */
export async function mayHaveSigned(
  world: Pick<World, 'metadata' | 'rules' | 'clock'>,
  { registry, repositoryName, profileArn, by }: Signing,
): Promise<void> {
  const principal = await principalOfArn(world, by);
  if (!principal) throw NobodyLeft({ arn: by });
  const request = {
    region: registry.region,
    sourceIp: undefined,
    isSecure: true,
    userAgent: undefined,
    referer: undefined,
    viaService: `ecr.${registry.region}.amazonaws.com`,
  };
  const caller = { principal, request };
  await authorize(world, caller, { action: 'signer:SignPayload', resources: [profileArn] });
  const resources = [repositoryArn(registry, repositoryName)];
  for (const action of PUSH_ACTIONS) await authorize(world, caller, { action, resources });
}

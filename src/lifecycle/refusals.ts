import { defineRefusal } from '../values/refusal.ts';

/** The expected noes of lifecycle policies, with ECR's own words: programs match them. */

interface InRepository extends Record<string, unknown> {
  repositoryName: string;
  registryId: string;
}

/** A policy text that is not taken. The member has a capital here, and none when its length is wrong: as ECR says it. */
export const PolicyInvalid = defineRefusal<{ detail: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) =>
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${f.detail}'`,
});

export const LifecyclePolicyNotFound = defineRefusal<InRepository>({
  code: 'LifecyclePolicyNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `Lifecycle policy does not exist for the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

export const LifecyclePolicyPreviewNotFound = defineRefusal<InRepository>({
  code: 'LifecyclePolicyPreviewNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `Lifecycle policy preview does not exist for the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

export const LifecyclePolicyPreviewInProgress = defineRefusal<InRepository>({
  code: 'LifecyclePolicyPreviewInProgressException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `A lifecycle policy preview is in progress for the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

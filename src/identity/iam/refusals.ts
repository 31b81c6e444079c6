import { defineRefusal } from '../../values/refusal.ts';

/*
 * The expected noes of IAM, with its own words: programs match them. Codes are those of the Query protocol, statuses those
 * of the API model.
 */

/** No refusal of IAM reaches docker's door. */
const NOT_AT_THE_OCI_DOOR = { code: 'UNSUPPORTED', status: 405 } as const;

type Texts<F> = (facts: F) => string;

export function noSuchEntity<F extends Readonly<Record<string, unknown>>>(message: Texts<F>) {
  return defineRefusal<F>({ code: 'NoSuchEntity', status: 404, oci: NOT_AT_THE_OCI_DOOR, message });
}

export function entityExists<F extends Readonly<Record<string, unknown>>>(message: Texts<F>) {
  return defineRefusal<F>({ code: 'EntityAlreadyExists', status: 409, oci: NOT_AT_THE_OCI_DOOR, message });
}

/** What has the name is not there. `kind` as IAM calls it: `user`, `role`, `group`. */
export const EntityNotFound = noSuchEntity<{ kind: string; name: string }>(
  (f) => `The ${f.kind} with name ${f.name} cannot be found.`,
);

export const InstanceProfileNotFound = noSuchEntity<{ name: string }>(
  (f) => `Instance Profile ${f.name} cannot be found.`,
);

export const PolicyNotFound = noSuchEntity<{ policyArn: string }>((f) => `Policy ${f.policyArn} was not found.`);

export const PolicyNotThereToAttach = noSuchEntity<{ policyArn: string }>(
  (f) => `Policy ${f.policyArn} does not exist or is not attachable.`,
);

export const PolicyVersionNotFound = noSuchEntity<{ policyArn: string; versionId: string }>(
  (f) => `Policy ${f.policyArn} version ${f.versionId} does not exist or is not attachable.`,
);

export const InlinePolicyNotFound = noSuchEntity<{ kind: string; policyName: string }>(
  (f) => `The ${f.kind} policy with name ${f.policyName} cannot be found.`,
);

export const BoundaryNotFound = noSuchEntity<{ kind: string; name: string }>(
  (f) => `${f.kind} ${f.name} does not have a permissions boundary.`,
);

export const OidcProviderNotFound = noSuchEntity<{ arn: string }>(
  (f) => `OpenIDConnect Provider not found for arn ${f.arn}`,
);

/** For what has no text of its own: a task, a job, the source of a simulation. */
export const NotThere = noSuchEntity<{ what: string }>((f) => `${f.what} cannot be found.`);

/** `kind` as IAM begins the sentence: `User`, `Role`, `Group`. */
export const EntityAlreadyExists = entityExists<{ kind: string; name: string }>(
  (f) => `${f.kind} with name ${f.name} already exists.`,
);

export const InstanceProfileAlreadyExists = entityExists<{ name: string }>(
  (f) => `Instance Profile ${f.name} already exists.`,
);

export const PolicyAlreadyExists = entityExists<{ policyName: string }>(
  (f) => `A policy called ${f.policyName} already exists. Duplicate names are not allowed.`,
);

export const OidcProviderAlreadyExists = entityExists<{ url: string }>(
  (f) => `Provider with url ${f.url} already exists.`,
);

/** Something hangs on what is to be deleted; `reason` is IAM's whole sentence. */
export const DeleteConflict = defineRefusal<{ reason: string }>({
  code: 'DeleteConflict',
  status: 409,
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.reason,
});

/** `quota` is IAM's name of it, such as `PoliciesPerUser`. */
export const QuotaExceeded = defineRefusal<{ quota: string; limit: number }>({
  code: 'LimitExceeded',
  status: 409,
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => `Cannot exceed quota for ${f.quota}: ${f.limit}`,
});

/** `what` is said of the entity: `Maximum policy size of 2048 bytes exceeded for user alice`. */
export const LimitExceeded = defineRefusal<{ what: string }>({
  code: 'LimitExceeded',
  status: 409,
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.what,
});

export const InvalidInput = defineRefusal<{ what: string }>({
  code: 'InvalidInput',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.what,
});

/** What the model cannot say is wrong with an input. */
export const IamValidationFailed = defineRefusal<{ what: string }>({
  code: 'ValidationError',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.what,
});

/** A service-linked role changes by its service alone. */
export const RoleUnmodifiable = defineRefusal<{ roleName: string }>({
  code: 'UnmodifiableEntity',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) =>
    `Cannot perform the operation on the protected role '${f.roleName}' - this role is only modifiable by AWS`,
});

/** The policies of AWS change by AWS alone. */
export const AwsPolicyUnmodifiable = defineRefusal<{ policyArn: string }>({
  code: 'AccessDenied',
  status: 403,
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => `Not authorized to perform this operation on the policy ${f.policyArn}: it is managed by AWS.`,
});

export const PolicyNotAttachable = defineRefusal<{ policyArn: string }>({
  code: 'PolicyNotAttachable',
  oci: NOT_AT_THE_OCI_DOOR,
  message: () => 'Cannot attach a Service Role Policy to a Customer Role.',
});

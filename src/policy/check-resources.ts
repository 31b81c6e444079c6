import { patternParts } from './arn-pattern.ts';
import { PolicyMalformed } from './malformed.ts';
import type { ParsedStatement } from './parsed-policy.ts';
import { PARTITIONS } from './partitions.ts';
import { checkVariables } from './read-elements.ts';

/** How a resource of IAM begins, behind the account. */
const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** @throws PolicyMalformed when a statement names no resource, or one that is neither `*` nor a pattern of ARNs */
export function checkResources({ resources }: ParsedStatement, has: { readonly hasVariables: boolean }): void {
  if (!resources) throw PolicyMalformed({ reason: 'Policy statement must contain resources.' });
  for (const resource of resources.values) checkResource(resource, has);
}

function checkResource(resource: string, { hasVariables }: { readonly hasVariables: boolean }): void {
  if (resource === '*') return;
  if (hasVariables) checkVariables(resource);
  const fault = (reason: string) => PolicyMalformed({ reason });
  const [arn, partition, service] = resource.split(':', 3);
  if (arn !== 'arn' || partition === undefined) throw fault(`Resource ${resource} must be in ARN format or "*".`);
  if (!isPattern(partition) && !PARTITIONS.has(partition)) {
    throw fault(`Partition "${partition}" is not valid for resource "${resource}".`);
  }
  if (service === undefined || !/^[a-z0-9-]+$/i.test(service)) {
    throw fault('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  const parts = patternParts(resource, { variables: hasVariables });
  if (!parts) throw fault(`Resource ${resource} must be in ARN format or "*".`);
  const [, , , region = '', , path = ''] = parts;
  if (service === 'iam') checkIam(resource, region, path);
  if (service === 's3' && region !== '' && region !== '*') {
    throw fault(`Resource ${resource} can not contain region information.`);
  }
}

function checkIam(resource: string, region: string, path: string): void {
  if (region !== '' && region !== '*') {
    throw PolicyMalformed({ reason: `IAM resource ${resource} cannot contain region information.` });
  }
  // What a pattern or variable begins with is told only when it is matched.
  const fixed = path.split(/[*?$]/, 1)[0] ?? '';
  const isKnown = IAM_PATHS.some((it) => it.startsWith(fixed) || fixed.startsWith(it));
  if (path !== 'root' && (!isKnown || (fixed === path && !IAM_PATHS.some((it) => path.startsWith(it))))) {
    throw PolicyMalformed({
      reason: `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`,
    });
  }
}

/** Wildcards, and variables, may stand for what is valid. */
function isPattern(part: string): boolean {
  return /[*?$]/.test(part);
}

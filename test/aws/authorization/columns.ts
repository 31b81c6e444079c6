import { type Asking, type Cast, REPOSITORIES } from './cast.ts';
import type { Row } from './rows.ts';

/** What becomes of a request, as IAM decides it. `passes`: whatever the operation answers then. */
export type Verdict = 'passes' | 'unsigned' | 'wrongly signed' | 'expired' | 'revoked' | Denial;

export interface Denial {
  readonly by: 'identity' | 'boundary' | 'session' | 'resource';
  readonly isExplicit: boolean;
  /** The managed policy that says Deny. */
  readonly policy?: string;
}

/** One way to ask, for every operation. */
export interface Column {
  readonly who: Asking;
  readonly isSigned?: boolean;
  readonly hasWrongSecret?: boolean;
  /** The Authorization header at docker's door, where it is not a login that he asks for now. */
  readonly login?: string;
  readonly repository: string;
  /** Whose registry it is in; that of all the others when not said. */
  readonly owner?: string;
  /** undefined: the column says nothing of this row. */
  verdict(action: string, row: Row): Verdict | undefined;
}

/** AmazonEC2ContainerRegistryReadOnly, v3. */
const READ_ONLY: ReadonlySet<string> = new Set(
  [
    'GetAuthorizationToken',
    'BatchCheckLayerAvailability',
    'GetDownloadUrlForLayer',
    'GetRepositoryPolicy',
    'DescribeRepositories',
    'ListImages',
    'DescribeImages',
    'BatchGetImage',
    'GetLifecyclePolicy',
    'GetLifecyclePolicyPreview',
    'ListTagsForResource',
    'DescribeImageScanFindings',
  ].map((it) => `ecr:${it}`),
);

/** AmazonEC2ContainerRegistryPullOnly, v1. */
const PULL_ONLY: ReadonlySet<string> = new Set([
  'ecr:GetAuthorizationToken',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
]);

const SILENT = { isExplicit: false } as const;
const EXPLICIT = { isExplicit: true } as const;

/** Policies on repositories and registries say nothing of anything else. */
function ofRepositories(verdict: Verdict): Column['verdict'] {
  return (_, { on }) => (on === 'repository' ? verdict : undefined);
}

/** A repository's own policy says nothing of all repositories; that of the registry does. */
function inRegistry(verdict: Verdict): Column['verdict'] {
  return (_, { on }) => (on === 'repository' || on === 'all repositories' ? verdict : undefined);
}

/** Who asks for what, and what the IAM User Guide ("Policy evaluation logic") says becomes of it. */
export function columnsOf(cast: Cast): Readonly<Record<string, Column>> {
  const { plain, denied, delegated, named, absent, open } = REPOSITORIES;
  const always = (verdict: Verdict) => () => verdict;
  return {
    'nobody at all': { who: cast.admin, isSigned: false, repository: plain, verdict: always('unsigned') },
    'a wrong secret': { who: cast.admin, hasWrongSecret: true, repository: plain, verdict: always('wrongly signed') },
    'an expired session': {
      who: cast.expired,
      login: cast.logins.expired,
      repository: plain,
      verdict: always('expired'),
    },
    'a deactivated key': {
      who: cast.deactivated,
      login: cast.logins.deactivated,
      repository: plain,
      verdict: always('revoked'),
    },
    'a deleted user': {
      who: cast.deleted,
      login: cast.logins.deleted,
      repository: plain,
      verdict: always('revoked'),
    },
    'a namesake of whom the repository policy allows': {
      who: cast.namesake,
      repository: named,
      verdict: always({ by: 'identity', ...SILENT }),
    },
    'a user without policies, of a repository that does not exist': {
      who: cast.silent,
      repository: absent,
      verdict: always({ by: 'identity', ...SILENT }),
    },
    'a read-only user': {
      who: cast.reader,
      repository: plain,
      verdict: (action) => (READ_ONLY.has(action) ? 'passes' : { by: 'identity', ...SILENT }),
    },
    'a user who may pull': {
      who: cast.puller,
      repository: plain,
      verdict: (action) => (PULL_ONLY.has(action) ? 'passes' : { by: 'identity', ...SILENT }),
    },
    'a user of another account that allows him all': {
      who: cast.stranger,
      repository: plain,
      verdict: inRegistry({ by: 'resource', ...SILENT }),
    },
    'the same of a repository that does not exist': {
      who: cast.stranger,
      repository: absent,
      verdict: inRegistry({ by: 'resource', ...SILENT }),
    },
    'the root of another account': {
      who: cast.strangersRoot,
      repository: plain,
      verdict: inRegistry({ by: 'resource', ...SILENT }),
    },
    'a user of an account that the repository policy allows, but he is not allowed there': {
      who: cast.delegate,
      repository: delegated,
      verdict: ofRepositories({ by: 'identity', ...SILENT }),
    },
    'the same by the registry policy': {
      who: cast.delegate,
      repository: open,
      verdict: ofRepositories({ by: 'identity', ...SILENT }),
    },
    'a user of another account whom both accounts allow it': {
      who: cast.stranger,
      repository: open,
      verdict: ofRepositories('passes'),
    },
    'the root of another account that the registry policy allows': {
      who: cast.strangersRoot,
      repository: open,
      verdict: ofRepositories('passes'),
    },
    'a Deny of his own': {
      who: cast.deniedByIdentity,
      repository: plain,
      verdict: always({ by: 'identity', ...EXPLICIT }),
    },
    'a Deny of his boundary': {
      who: cast.deniedByBoundary,
      repository: plain,
      verdict: always({ by: 'boundary', ...EXPLICIT, policy: cast.boundary }),
    },
    'a boundary that does not speak of it': {
      who: cast.unbounded,
      repository: plain,
      verdict: always({ by: 'boundary', ...SILENT }),
    },
    'a Deny of his session': {
      who: cast.deniedBySession,
      repository: plain,
      verdict: always({ by: 'session', ...EXPLICIT }),
    },
    'a session policy that does not speak of it': {
      who: cast.unmentioned,
      repository: plain,
      verdict: always({ by: 'session', ...SILENT }),
    },
    'a Deny of the repository': {
      who: cast.admin,
      repository: denied,
      verdict: ofRepositories({ by: 'resource', ...EXPLICIT }),
    },
    'a Deny of the registry': {
      who: cast.deniedByRegistry,
      repository: plain,
      verdict: inRegistry({ by: 'resource', ...EXPLICIT }),
    },
    'an administrator': {
      who: cast.elsewhere,
      owner: cast.elsewhere.account,
      repository: absent,
      verdict: always('passes'),
    },
  };
}

const KINDS = {
  identity: ['an', 'identity-based policy'],
  boundary: ['a', 'permissions boundary'],
  session: ['a', 'session policy'],
  resource: ['a', 'resource-based policy'],
} as const;

/** The sentence in which AWS denies. */
export function sentence(arn: string, action: string, resource: string, denial: Denial): string {
  const [article, kind] = KINDS[denial.by];
  const ending = denial.isExplicit
    ? `with an explicit deny in ${article} ${kind}${denial.policy === undefined ? '' : `: ${denial.policy}`}`
    : `because no ${kind} allows the ${action} action`;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${ending}`;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asker, PolicyRequest } from '../../src/policy/types.ts';

/** A worked decision: who asks what, with which documents, and what comes of it. */
export interface DecisionCase {
  readonly id: number;
  readonly title: string;
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identityPolicies: readonly unknown[];
  readonly permissionsBoundary?: unknown;
  readonly sessionPolicy?: unknown;
  readonly resourcePolicyKind?: 'trust' | 'repository' | 'registry' | 'key';
  readonly resourcePolicy?: unknown;
  readonly want: 'allow' | 'implicitDeny' | 'explicitDeny' | 'invalid';
  /** The kind of policy that decides a denial. */
  readonly why?: string;
}

const file = JSON.parse(readFileSync(join(import.meta.dirname, '../data/iam/policy-decisions.json'), 'utf8')) as {
  readonly resourceAccount: string;
  readonly cases: readonly DecisionCase[];
};

export const decisionCases = file.cases;

export function requestOf({ principalArn, action, resource, context }: DecisionCase): PolicyRequest {
  return {
    asker: askerOf(principalArn),
    action,
    resource: { arn: resource, account: file.resourceAccount },
    context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value])),
  };
}

/** Who is behind an ARN. Roles have no path here, and every federated user is one of alice's. */
export function askerOf(arn: string): Asker {
  const [, , , , account = '', rest = ''] = arn.split(':');
  const [type, name = ''] = rest.split('/');
  switch (type) {
    case 'root':
      return { kind: 'root', account, arn };
    case 'user':
      return { kind: 'user', account, arn, userId: `AIDA${name.toUpperCase()}` };
    case 'assumed-role': {
      const role = { arn: `arn:aws:iam::${account}:role/${name}`, id: `AROA${name.toUpperCase()}` };
      return { kind: 'role-session', account, arn, role };
    }
    default: {
      const user = { arn: `arn:aws:iam::${account}:user/alice`, id: 'AIDAALICE' };
      return { kind: 'federated-user', account, arn, user };
    }
  }
}

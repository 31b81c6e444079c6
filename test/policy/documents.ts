import { compilePolicy } from '../../src/policy/compile.ts';
import type { Attached, PolicyRequest, PolicySource, ResourcePolicy } from '../../src/policy/types.ts';
import { askerOf } from './cases.ts';

/** A document with these statements, attached as `id`. */
export function attached(
  statements: object | readonly object[],
  { id = 'p', source = 'user' }: { readonly id?: string; readonly source?: PolicySource } = {},
): Attached {
  return { policy: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), id, source };
}

/** The same on a resource. */
export function onResource(kind: ResourcePolicy['kind'], statements: object | readonly object[]): ResourcePolicy {
  return { ...attached(statements, { id: kind, source: 'resource' }), source: 'resource', kind };
}

export const APP = 'arn:aws:ecr:us-east-1:111111111111:repository/app';

/** alice of account 111111111111 pulls, where nothing else is said. */
export function asked(
  principalArn = 'arn:aws:iam::111111111111:user/alice',
  { action = 'ecr:BatchGetImage', arn = APP, context = {} }: Partial<Wanted> = {},
): PolicyRequest {
  return {
    asker: askerOf(principalArn),
    action,
    resource: { arn, account: arn.split(':')[4] || '111111111111' },
    context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value])),
  };
}

interface Wanted {
  readonly action: string;
  readonly arn: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

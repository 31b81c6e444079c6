import type { IamTag } from '../../identity/iam/tags.ts';
import { type Target, type TargetFacts, targetFacts } from '../../identity/iam/target-facts.ts';
import type { Call } from '../operation.ts';

type Conditions = readonly (readonly [key: string, value: string | readonly string[]])[];

/**
 * What an operation on a user, role, policy or the like states of what it touches: its ARN, and as conditions its tags and
 * what `more` says.
 */
export function onTarget<In>(
  kind: Target['kind'],
  nameOf: (input: In) => string,
  more: (input: In, facts: TargetFacts) => Conditions = () => [],
) {
  const look = (input: In, call: Call) =>
    targetFacts(call.world, { kind, account: call.principal.account, name: nameOf(input) });
  return {
    resource: async (input: In, call: Call): Promise<string> => (await look(input, call)).arn,
    conditions: async (input: In, call: Call): Promise<Conditions> => {
      const facts = await look(input, call);
      return [...facts.tags.flatMap(resourceTag), ...more(input, facts)];
    },
  };
}

/** Under both names that a resource's tag has with IAM. */
export function resourceTag({ Key, Value }: IamTag): Conditions {
  return [
    [`aws:ResourceTag/${Key}`, Value],
    [`iam:ResourceTag/${Key}`, Value],
  ];
}

/** The tags that a request gives. */
export function requestTags(tags: readonly IamTag[] = []): Conditions {
  if (tags.length === 0) return [];
  return [
    ['aws:TagKeys', tags.map((it) => it.Key)],
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const),
  ];
}

/** The boundary that a request sets, or that its target has. */
export function boundary(arn: string | undefined): Conditions {
  return arn === undefined ? [] : [['iam:PermissionsBoundary', arn]];
}

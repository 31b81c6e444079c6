import { expect, test } from 'vitest';
import { APP, asked, attached } from '../../test/policy/documents.ts';
import { denialText } from './denial-text.ts';
import { decide } from './evaluate.ts';
import type { DecidedBy, PolicySource } from './types.ts';

const ALICE = 'arn:aws:iam::111111111111:user/alice';
const START = `User: ${ALICE} is not authorized to perform: ecr:BatchGetImage on resource: ${APP} `;

test.each<[DecidedBy, string, string]>([
  [
    'identity',
    'because no identity-based policy allows the ecr:BatchGetImage action',
    'with an explicit deny in an identity-based policy',
  ],
  [
    'resource',
    'because no resource-based policy allows the ecr:BatchGetImage action',
    'with an explicit deny in a resource-based policy',
  ],
  [
    'boundary',
    'because no permissions boundary allows the ecr:BatchGetImage action',
    'with an explicit deny in a permissions boundary',
  ],
  [
    'session',
    'because no session policy allows the ecr:BatchGetImage action',
    'with an explicit deny in a session policy',
  ],
  [
    'trust',
    'because no role trust policy allows the ecr:BatchGetImage action',
    'with an explicit deny in the role trust policy',
  ],
])('the sentence of %s', (by, implicit, explicit) => {
  const decision = { isAllowed: false, by, statements: [] };
  expect(denialText(asked(), { ...decision, isExplicit: false })).toBe(START + implicit);
  expect(denialText(asked(), { ...decision, isExplicit: true })).toBe(START + explicit);
});

test('of a session its own ARN is named, not that of its role', () => {
  const arn = 'arn:aws:sts::111111111111:assumed-role/dev/s1';
  const request = asked(arn);
  expect(denialText(request, decide(request, { identity: [], resource: [] }))).toMatch(`User: ${arn} is not`);
});

const MANAGED = 'arn:aws:iam::111111111111:policy/none';

function denied(source: PolicySource, asker = ALICE): string {
  const policy = attached({ Effect: 'Deny', Action: '*', Resource: '*' }, { id: MANAGED, source });
  return denialText(asked(asker), decide(asked(asker), { identity: [policy], resource: [] }));
}

test('a managed policy that denies is named to those of the account of the resource', () => {
  expect(denied('user-managed')).toBe(`${START}with an explicit deny in an identity-based policy: ${MANAGED}`);
  expect(denied('aws-managed')).toMatch(/: arn:aws:iam::111111111111:policy\/none$/);
  expect(denied('user')).toMatch(/identity-based policy$/);
  expect(denied('user-managed', 'arn:aws:iam::222222222222:user/xavier')).toMatch(/identity-based policy$/);
});

import { expect, test } from 'vitest';
import { arnMatcher, splitArn } from './arn-pattern.ts';

const APP = 'arn:aws:ecr:us-east-1:111111111111:repository/app/web';

test.each([
  [APP, APP, true],
  ['*', APP, true],
  ['*', '*', true],
  ['arn:aws:ecr:*:*:*', APP, true],
  ['arn:aws:ecr:*', APP, true],
  ['arn:*:ecr:us-*:1111????1111:repository/*', APP, true],
  ['arn:aws:ecr:us-east-1:111111111111:*web', APP, true],
  ['arn:aws:ecr:us-east-1::repository/app/web', APP, false],
  ['arn:aws:ecr:us-east-1:111111111111:repository/App/*', APP, false],
  ['arn:aws:ECR:us-east-1:111111111111:repository/app/web', APP, false],
  // No wildcard reaches over a colon but in the last part.
  ['arn:aws:ecr:*:repository/app/web', APP, false],
  ['arn:aws:ecr:*111111111111:repository/app/web', APP, false],
  ['arn:aws:sns:*:1:t', 'arn:aws:sns:us-east-1:2:x:1:t', false],
  ['arn:aws:sns:us-east-1:2:*', 'arn:aws:sns:us-east-1:2:x:1:t', true],
  // What has no resource is matched by `*` alone.
  ['arn:aws:ecr:*:*:*', '*', false],
  ['arn:aws:ecr:us-east-1:111111111111:repository/*', '*', false],
  [APP, 'repository/app/web', false],
  // Too few parts mean nothing.
  ['arn:aws:ecr', APP, false],
  ['arn:*', APP, false],
  ['arn:aws:*', APP, false],
  ['arn:aws:ecr:us-east-1', APP, false],
])('%s on %s: %s', (pattern, arn, expected) => {
  expect(arnMatcher(pattern, { variables: true })(splitArn(arn), new Map())).toBe(expected);
});

test('a colon inside a variable parts nothing', () => {
  const matches = arnMatcher(
    "arn:aws:ecr:${aws:RequestedRegion}:111111111111:repository/${aws:PrincipalTag/a:b, 'x:y'}",
    {
      variables: true,
    },
  );
  const arn = splitArn('arn:aws:ecr:us-east-1:111111111111:repository/x:y');
  expect(matches(arn, new Map([['aws:requestedregion', 'us-east-1']]))).toBe(true);
  expect(matches(arn, new Map([['aws:requestedregion', 'us-*']]))).toBe(false);
  expect(matches(arn, new Map())).toBe(false);
});

test('the value of a variable that has a colon does not move the parts behind it', () => {
  const matches = arnMatcher('arn:aws:ecr:${aws:PrincipalTag/r}:repository/app', { variables: true });
  const arn = splitArn('arn:aws:ecr:us-east-1:111111111111:repository/app');
  expect(matches(arn, new Map([['aws:principaltag/r', 'us-east-1:111111111111']]))).toBe(false);
});

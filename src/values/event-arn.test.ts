import { expect, test } from 'vitest';
import { eventBusArn, eventRuleArn, parseEventRuleArn } from './event-arn.ts';

const china = { account: '123456789012', region: 'cn-north-1' };

test('a rule is found again by its ARN, also by one that names the default bus', () => {
  const arn = eventRuleArn(china, 'r.1');
  expect(arn).toBe('arn:aws-cn:events:cn-north-1:123456789012:rule/r.1');
  expect(parseEventRuleArn(arn)).toEqual({ registry: china, name: 'r.1' });
  expect(parseEventRuleArn(arn.replace('rule/', 'rule/default/'))).toEqual({ registry: china, name: 'r.1' });
});

test.each([
  eventBusArn(china),
  'arn:aws:events:cn-north-1:123456789012:rule/r',
  'arn:aws-cn:events:cn-north-1:123456789012:rule/other/r',
  'arn:aws-cn:events:cn-north-1:1:rule/r',
  'arn:aws-cn:events:cn-north-1:123456789012:rule/',
])('%s names no rule of the default bus', (arn) => {
  expect(parseEventRuleArn(arn)).toBeUndefined();
});

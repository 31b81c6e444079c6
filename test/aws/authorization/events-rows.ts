import { type On, OWN_RULES, type Rows, rowsOf } from './rows.ts';

const RULE: On = { arn: 'arn:aws:events:{region}:{account}:rule/sample' };
const BUS: On = { arn: 'arn:aws:events:{region}:{account}:event-bus/default' };

const named = (input: object = {}) => ({ on: RULE, input: { Name: 'sample', ...input } });
const targeted = (input: object = {}) => ({ on: RULE, input: { Rule: 'sample', ...input } });
const tagged = { on: RULE, input: { ResourceARN: 'arn:aws:events:{region}:{account}:rule/sample' } };

export const EVENTS_ROWS: Rows = {
  ...rowsOf('events', {
    DeleteRule: named(),
    DescribeEventBus: BUS,
    DescribeRule: named(),
    DisableRule: named(),
    EnableRule: named(),
    ListEventBuses: '*',
    ListRuleNamesByTarget: '*',
    ListRules: '*',
    ListTagsForResource: tagged,
    ListTargetsByRule: targeted(),
    PutRule: named({ EventPattern: '{"source":["sample"]}' }),
    PutTargets: targeted({ Targets: [{ Id: 'sample', Arn: 'https://example.com/' }] }),
    RemoveTargets: targeted(),
    TagResource: tagged,
    TestEventPattern: '*',
    UntagResource: tagged,
  }),
  // Each entry is asked for with what it says of itself: src/aws/events/ tries it.
  PutEvents: { action: OWN_RULES, on: '*' },
};

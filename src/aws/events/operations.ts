import type { Operation } from '../operation.ts';
import { DeleteRule } from './delete-rule.ts';
import { DescribeEventBus } from './describe-event-bus.ts';
import { DescribeRule } from './describe-rule.ts';
import { DisableRule } from './disable-rule.ts';
import { EnableRule } from './enable-rule.ts';
import { ListEventBuses } from './list-event-buses.ts';
import { ListRuleNamesByTarget } from './list-rule-names-by-target.ts';
import { ListRules } from './list-rules.ts';
import { ListTagsForResource } from './list-tags-for-resource.ts';
import { ListTargetsByRule } from './list-targets-by-rule.ts';
import { PutEvents } from './put-events.ts';
import { PutRule } from './put-rule.ts';
import { PutTargets } from './put-targets.ts';
import { RemoveTargets } from './remove-targets.ts';
import { TagResource } from './tag-resource.ts';
import { TestEventPattern } from './test-event-pattern.ts';
import { UntagResource } from './untag-resource.ts';

/** The operations of EventBridge that this door answers. */
export const EVENTS_OPERATIONS: readonly Operation[] = [
  PutRule,
  DescribeRule,
  ListRules,
  EnableRule,
  DisableRule,
  DeleteRule,
  PutTargets,
  ListTargetsByRule,
  ListRuleNamesByTarget,
  RemoveTargets,
  PutEvents,
  TestEventPattern,
  DescribeEventBus,
  ListEventBuses,
  TagResource,
  UntagResource,
  ListTagsForResource,
];

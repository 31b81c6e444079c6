import * as audit from '../../../src/storage/metadata/audit.ts';
import * as cacheRules from '../../../src/storage/metadata/cache-rules.ts';
import * as templates from '../../../src/storage/metadata/creation-templates.ts';
import * as rules from '../../../src/storage/metadata/event-rules.ts';
import * as exclusions from '../../../src/storage/metadata/pull-time-exclusions.ts';
import * as profiles from '../../../src/storage/metadata/signing-profiles.ts';
import { REGISTRY } from '../many-rows.ts';
import { FEW, LIMIT, page, type Queries, some } from './page.ts';

const rule = { ...REGISTRY, name: 'rule-77' };
const arn = 'https://example.com/77';
const lookUp = (key: audit.AuditAttribute, value: string): audit.AuditQuery => ({
  ...REGISTRY,
  attribute: { key, value },
  from: 0,
  to: 9_000,
  limit: LIMIT,
});

/** What an account has been told, and what is known of who did what. */
export const ACCOUNT_QUERIES: Queries = {
  'a rule about events': (tx) => rules.holdEventRule(tx, rule),
  'rules about events by name': (tx) => rules.listEventRules(tx, REGISTRY, { after: 'rule-5', limit: LIMIT }),
  'rules about events by prefix': (tx) => rules.listEventRules(tx, REGISTRY, { prefix: 'rule-5', limit: LIMIT }),
  'how many rules about events there are': (tx) => rules.countEventRules(tx, REGISTRY),
  'targets that are told of events': (tx) => rules.enabledEventTargets(tx, REGISTRY),
  'targets of a rule': (tx) => rules.targetsOfRule(tx, rule),
  'rules with a target': (tx) => rules.rulesWithTarget(tx, REGISTRY, { arn, limit: LIMIT }),
  'removing a target': (tx) => rules.removeEventTarget(tx, rule, 't0'),
  'tags of a rule': (tx) => rules.eventRuleTags(tx, rule),
  'signing profiles by name': (tx) =>
    profiles.signingProfilesAfter(tx, REGISTRY, { ...page, statuses: ['Active'], platformId: undefined }),
  'a signing profile': (tx) => profiles.findSigningProfile(tx, REGISTRY, 'profile_77'),
  'creation templates by prefix': (tx) => templates.templatesAfter(tx, REGISTRY, { after: 'prefix-5', limit: LIMIT }),
  'creation templates with these prefixes': (tx) => templates.templatesNamed(tx, REGISTRY, some('prefix-')),
  'how many creation templates there are': (tx) => templates.countTemplates(tx, REGISTRY),
  'pull through cache rules by prefix': (tx) => cacheRules.rulesAfter(tx, REGISTRY, page),
  'pull through cache rules with these prefixes': (tx) => cacheRules.rulesNamed(tx, REGISTRY, some('prefix-')),
  'pull time exclusions': (tx) => exclusions.pullTimeExclusionsAfter(tx, REGISTRY, page),

  'who did what': (tx) => audit.findAuditEvents(tx, { ...REGISTRY, from: 0, to: 9_000, limit: LIMIT }),
  'who did what, further on': (tx) =>
    audit.findAuditEvents(tx, { ...REGISTRY, from: 0, to: 9_000, after: { at: 4_000, eventId: 'x' }, limit: LIMIT }),
  'an event of the audit trail': (tx) => audit.findAuditEvents(tx, lookUp('EventId', 'e77')),
  'events by name': (tx) => audit.findAuditEvents(tx, lookUp('EventName', 'Rare')),
  'events of a user': (tx) => audit.findAuditEvents(tx, lookUp('Username', 'user-7')),
  'events of a key': (tx) => audit.findAuditEvents(tx, lookUp('AccessKeyId', 'AKIA7')),
  'events of a resource': (tx) => audit.findAuditEvents(tx, lookUp('ResourceName', 'resource-7')),
  'events of a type of resource': (tx) => audit.findAuditEvents(tx, lookUp('ResourceType', 'AWS::Rare')),
  'events of a service': (tx) => audit.findAuditEvents(tx, lookUp('EventSource', 'rare.amazonaws.com')),
  'events that only read': (tx) => audit.findAuditEvents(tx, lookUp('ReadOnly', 'true')),
  'resources of events': (tx) => audit.auditResourcesOf(tx, some('e', FEW)),
  'events to forget': (tx) => audit.removeAuditEvents(tx, { readOnly: true, before: 1_000, limit: FEW }),
};

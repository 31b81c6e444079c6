/** The rows of rules about events. What belongs to a rule goes with it or before it. */
export interface EventTables {
  event_rules: EventRuleRow;
  event_targets: EventTargetRow;
  event_rule_tags: EventRuleTagRow;
}

export interface EventRuleRow {
  account: string;
  region: string;
  name: string;
  /** As it was given. */
  pattern: string;
  is_enabled: number;
  /** As the API has it. */
  state: string;
  description: string | null;
  role_arn: string | null;
  /** The account whose principal made it. */
  created_by: string;
  created_at: number;
}

export interface EventTargetRow {
  account: string;
  region: string;
  rule_name: string;
  target_id: string;
  arn: string;
  /** JSON of Target as the API has it. */
  target: string;
}

export interface EventRuleTagRow {
  account: string;
  region: string;
  rule_name: string;
  tag_key: string;
  tag_value: string;
}

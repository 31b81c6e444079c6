import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

const required = (c: ColumnDefinitionBuilder) => c.notNull();

/** Rules about events, their targets and tags. */
export async function createEventTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);
  const ofRule = ['account', 'region', 'rule_name'] as const;

  await db.schema
    .createTable('event_rules')
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('name', text, required)
    .addColumn('pattern', text, required)
    .addColumn('is_enabled', 'integer', required)
    .addColumn('state', text, required)
    .addColumn('description', text)
    .addColumn('role_arn', text)
    .addColumn('created_by', text, required)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('event_rules_pk', ['account', 'region', 'name'])
    .execute();
  await db.schema
    .createTable('event_targets')
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('rule_name', text, required)
    .addColumn('target_id', text, required)
    .addColumn('arn', text, required)
    .addColumn('target', text, required)
    .addPrimaryKeyConstraint('event_targets_pk', [...ofRule, 'target_id'])
    .addForeignKeyConstraint('event_targets_rule', [...ofRule], 'event_rules', ['account', 'region', 'name'])
    .execute();
  await db.schema
    .createIndex('event_targets_by_arn')
    .on('event_targets')
    .columns(['account', 'region', 'arn', 'rule_name'])
    .execute();
  await db.schema
    .createTable('event_rule_tags')
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('rule_name', text, required)
    .addColumn('tag_key', text, required)
    .addColumn('tag_value', text, required)
    .addPrimaryKeyConstraint('event_rule_tags_pk', [...ofRule, 'tag_key'])
    .addForeignKeyConstraint('event_rule_tags_rule', [...ofRule], 'event_rules', ['account', 'region', 'name'])
    .execute();
}

import { DIMENSIONS } from '../../metering/cost-items.ts';
import type { Expression } from '../model/ce.ts';
import { BillingViewNotFound, ValidationFailed } from './refusals.ts';

const MEMBERS = ['Or', 'And', 'Not', 'Dimensions', 'Tags', 'CostCategories'] as const;

/** Looks whether the filter can be. @throws ValidationFailed */
export function checkFilter(filter: Expression, withResources = false): void {
  const given = MEMBERS.filter((it) => filter[it] !== undefined);
  if (given.length !== 1) {
    throw ValidationFailed({ why: `Expression should have only one root, and one of ${MEMBERS.join(', ')}.` });
  }
  for (const it of [...(filter.Or ?? []), ...(filter.And ?? []), ...(filter.Not ? [filter.Not] : [])]) {
    checkFilter(it, withResources);
  }
  for (const list of [filter.Or, filter.And]) {
    if (list !== undefined && list.length < 2) {
      throw ValidationFailed({ why: 'Or and And should have at least two expressions.' });
    }
  }
  if (filter.CostCategories) throw ValidationFailed({ why: 'There are no cost categories to filter by.' });
  if (filter.Dimensions) {
    checkDimension(filter.Dimensions.Key ?? '', withResources);
    checkValues(filter.Dimensions);
  }
  if (filter.Tags) {
    if (!filter.Tags.Key) throw ValidationFailed({ why: 'Tags should have a Key.' });
    checkValues(filter.Tags);
  }
}

function checkValues({ Values = [], MatchOptions = [] }: NonNullable<Expression['Dimensions'] | Expression['Tags']>) {
  if (Values.length === 0 && !MatchOptions.includes('ABSENT')) {
    throw ValidationFailed({ why: 'Values should not be empty unless the MatchOptions are ABSENT.' });
  }
  if (MatchOptions.includes('GREATER_THAN_OR_EQUAL')) {
    throw ValidationFailed({ why: 'GREATER_THAN_OR_EQUAL is for anomalies alone.' });
  }
}

/** @throws ValidationFailed */
export function checkDimension(key: string, withResources = false): void {
  if (DIMENSIONS.includes(key) && (withResources || key !== 'RESOURCE_ID')) return;
  const allowed = DIMENSIONS.filter((it) => withResources || it !== 'RESOURCE_ID').join(', ');
  throw ValidationFailed({ why: `Dimension ${key} is none of what is told apart here: ${allowed}.` });
}

/** There is one view of an account's bill. @throws BillingViewNotFound */
export function checkBillingView(arn: string | undefined, account: string): void {
  if (arn === undefined || arn.endsWith(`::${account}:billingview/primary`)) return;
  throw BillingViewNotFound({ arn });
}

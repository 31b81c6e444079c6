import type { GetDimensionValuesRequest, GetDimensionValuesResponse } from '../model/ce.ts';
import { operation } from '../operation.ts';
import { checkDimension } from './filter.ts';
import { ValidationFailed } from './refusals.ts';
import { valuesPage } from './values-page.ts';

/** What a dimension is in what the caller's account used. API_GetDimensionValues. */
export const GetDimensionValues = operation<GetDimensionValuesRequest, GetDimensionValuesResponse>({
  service: 'ce',
  name: 'GetDimensionValues',
  action: 'ce:GetDimensionValues',
  resource: () => '*',

  async handle(input, call) {
    const { Dimension: dimension, Context: context = 'COST_AND_USAGE' } = input;
    if (context !== 'COST_AND_USAGE') {
      throw ValidationFailed({ why: `There are no ${context} here: the context is COST_AND_USAGE.` });
    }
    checkDimension(dimension, true);
    const { values, lines, total, nextToken } = await valuesPage(input, call, {
      what: ['values', dimension],
      valuesOf: (line) => [line.dimensions[dimension] ?? ''],
    });
    const names = new Map(lines.map((it) => [it.account, it.dimensions['LINKED_ACCOUNT_NAME'] ?? '']));
    return {
      DimensionValues: values.map((Value) => ({
        Value,
        Attributes: dimension === 'LINKED_ACCOUNT' ? { description: names.get(Value) ?? '' } : {},
      })),
      ReturnSize: values.length,
      TotalSize: total,
      ...(nextToken !== undefined && { NextPageToken: nextToken }),
    };
  },
});

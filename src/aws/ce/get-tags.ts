import type { GetTagsRequest, GetTagsResponse } from '../model/ce.ts';
import { operation } from '../operation.ts';
import { valuesPage } from './values-page.ts';

/** The keys of the tags of what the caller's account used, or the values of one. API_GetTags. */
export const GetTags = operation<GetTagsRequest, GetTagsResponse>({
  service: 'ce',
  name: 'GetTags',
  action: 'ce:GetTags',
  resource: () => '*',

  async handle(input, call) {
    const { TagKey: key } = input;
    const { values, total, nextToken } = await valuesPage(input, call, {
      what: ['tags', key ?? ''],
      valuesOf: ({ tags }) => (key === undefined ? tags.keys() : [tags.get(key) ?? '']),
    });
    return {
      Tags: [...values],
      ReturnSize: values.length,
      TotalSize: total,
      ...(nextToken !== undefined && { NextPageToken: nextToken }),
    };
  },
});

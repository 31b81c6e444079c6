import { changeProfileTags, tagsOfProfile } from '../../signing/profile-tags.ts';
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '../model/signer.ts';
import { operation } from '../operation.ts';

/** Puts tags on a profile. API_TagResource. */
export const TagResource = operation<TagResourceRequest, TagResourceResponse>({
  service: 'signer',
  name: 'TagResource',
  action: 'signer:TagResource',
  resource: ({ resourceArn }) => resourceArn,
  conditions: ({ tags }) => [
    ...Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:TagKeys', Object.keys(tags)] as const,
  ],

  async handle({ resourceArn, tags }, { world }) {
    await changeProfileTags(world, resourceArn, { put: tags });
    return {};
  },
});

/** Takes tags off a profile. API_UntagResource. */
export const UntagResource = operation<UntagResourceRequest, UntagResourceResponse>({
  service: 'signer',
  name: 'UntagResource',
  action: 'signer:UntagResource',
  resource: ({ resourceArn }) => resourceArn,
  conditions: ({ tagKeys }) => [['aws:TagKeys', tagKeys] as const],

  async handle({ resourceArn, tagKeys }, { world }) {
    await changeProfileTags(world, resourceArn, { remove: tagKeys });
    return {};
  },
});

/** The tags of a profile. API_ListTagsForResource. */
export const ListTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  service: 'signer',
  name: 'ListTagsForResource',
  action: 'signer:ListTagsForResource',
  resource: ({ resourceArn }) => resourceArn,

  async handle({ resourceArn }, { world }) {
    return { tags: await tagsOfProfile(world, resourceArn) };
  },
});

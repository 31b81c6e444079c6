import { startPreview } from '../../lifecycle/previews.ts';
import type { StartLifecyclePolicyPreviewRequest, StartLifecyclePolicyPreviewResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Begins to find out what a lifecycle policy would do. API_StartLifecyclePolicyPreview. */
export const StartLifecyclePolicyPreview = operation<
  StartLifecyclePolicyPreviewRequest,
  StartLifecyclePolicyPreviewResponse
>({
  service: 'ecr',
  name: 'StartLifecyclePolicyPreview',
  action: 'ecr:StartLifecyclePolicyPreview',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, lifecyclePolicyText: text } = input;
    const registry = registryOf(input, call);
    const lifecyclePolicyText = await startPreview(call.world, { registry, repositoryName, text });
    return { registryId: registry.account, repositoryName, lifecyclePolicyText, status: 'IN_PROGRESS' };
  },
});

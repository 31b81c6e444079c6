import { InvalidAuthorizationMessage } from '../../identity/sts/refusals.ts';
import type { DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse } from '../model/sts.ts';
import { operation } from '../operation.ts';

/** Denials say their reason in plain words, so no message there is was made here. API_DecodeAuthorizationMessage. */
export const DecodeAuthorizationMessage = operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
>({
  service: 'sts',
  name: 'DecodeAuthorizationMessage',
  action: 'sts:DecodeAuthorizationMessage',
  resource: () => '*',

  handle: () => Promise.reject(InvalidAuthorizationMessage({})),
});

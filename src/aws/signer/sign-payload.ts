import { signPayload } from '../../signing/sign-payload.ts';
import type { SignPayloadRequest, SignPayloadResponse } from '../model/signer.ts';
import { operation } from '../operation.ts';
import { namedProfile, profileOf } from './profile-name.ts';

/** Signs a payload of the Notary Project, and answers its envelope. API_SignPayload. */
export const SignPayload = operation<SignPayloadRequest, SignPayloadResponse>({
  service: 'signer',
  name: 'SignPayload',
  action: 'signer:SignPayload',
  resource: namedProfile,

  async handle(input, call) {
    const profile = profileOf(input, call);
    const { payload, payloadFormat: format } = input;
    const { envelope, thumbprints } = await signPayload(call.world, profile, { payload, format });
    return {
      jobId: call.requestId,
      jobOwner: call.registry.account,
      metadata: { 'io.cncf.notary.x509chain.thumbprint#S256': JSON.stringify(thumbprints) },
      signature: envelope,
    };
  },
});

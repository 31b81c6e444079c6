import { Invalid, Unsupported } from '../../kms/refusals.ts';
import type { GenerateRandomRequest, GenerateRandomResponse } from '../model/kms.ts';
import { operation } from '../operation.ts';
import { refuseRecipient } from './refuse-recipient.ts';

/** Random bytes. API_GenerateRandom. */
export const GenerateRandom = operation<GenerateRandomRequest, GenerateRandomResponse>({
  service: 'kms',
  name: 'GenerateRandom',
  action: 'kms:GenerateRandom',
  resource: () => '*',

  async handle(input, { world }) {
    refuseRecipient(input);
    if (input.CustomKeyStoreId !== undefined) throw Unsupported({ what: 'Custom key stores are not supported.' });
    if (input.NumberOfBytes === undefined) throw Invalid({ what: 'NumberOfBytes must be given.' });
    return { Plaintext: world.ids.bytes(input.NumberOfBytes) };
  },
});

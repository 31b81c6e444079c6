import { Invalid } from '../../kms/refusals.ts';

/** Answers for an enclave, and dry runs without a ciphertext, are not served. @throws Invalid */
export function refuseRecipient(input: { readonly Recipient?: unknown; readonly DryRunModifiers?: unknown }): void {
  if (input.Recipient !== undefined) throw Invalid({ what: 'Recipient is not supported.' });
  if (input.DryRunModifiers !== undefined) throw Invalid({ what: 'DryRunModifiers are not supported.' });
}

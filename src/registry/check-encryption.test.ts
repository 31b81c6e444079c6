import { expect, test } from 'vitest';
import { checkEncryption } from './check-encryption.ts';

test('AES256 is accepted', () => {
  expect(() => checkEncryption({ type: 'AES256' })).not.toThrow();
});

test.each(['KMS', 'KMS_DSSE'])('%s is refused, since there is no KMS', (type) => {
  expect(() => checkEncryption({ type })).toThrow(
    expect.objectContaining({
      code: 'KmsException',
      members: ['kmsError'],
      facts: { kmsError: 'NotFoundException', type },
    }),
  );
});

test('a KMS key that would encrypt nothing is refused', () => {
  expect(() => checkEncryption({ type: 'AES256', kmsKey: 'alias/mine' })).toThrow(
    expect.objectContaining({ code: 'InvalidParameterException' }),
  );
});

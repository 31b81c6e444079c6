import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsCalls, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

interface Made {
  readonly KeyId: string;
  readonly Arn: string;
}

withNewestAwsCli('keys', (cli) => {
  const stage = useStage();
  const kms = awsCalls(stage, cli, 'kms');

  async function newKey(...args: string[]): Promise<Made> {
    return (await kms.json('create-key', ...args))['KeyMetadata'] as Made;
  }

  test('a key encrypts a file, which it opens by the ciphertext alone', async () => {
    const { KeyId, Arn } = await newKey('--description', 'of the CLI', '--tags', 'TagKey=team,TagValue=a b');
    await kms.json('create-alias', '--alias-name', 'alias/cli', '--target-key-id', KeyId);
    await writeFile(join(stage.home, 'plain'), 'secret');
    const sealed = await kms.json('encrypt', '--key-id', 'alias/cli', '--plaintext', 'fileb://plain');
    expect(sealed).toMatchObject({ KeyId: Arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    await writeFile(join(stage.home, 'sealed'), Buffer.from(String(sealed['CiphertextBlob']), 'base64'));

    const opened = await kms.json('decrypt', '--ciphertext-blob', 'fileb://sealed');
    expect(Buffer.from(String(opened['Plaintext']), 'base64').toString()).toBe('secret');
    expect(await kms.json('list-resource-tags', '--key-id', KeyId)).toMatchObject({
      Tags: [{ TagKey: 'team', TagValue: 'a b' }],
    });
  });

  test('its pages, waits and errors are KMS’s', async () => {
    for (let i = 0; i < 3; i++) await newKey();
    const { Keys } = await kms.json('list-keys', '--page-size', '2');
    expect((Keys as unknown[]).length).toBeGreaterThanOrEqual(4);
    const outcome = await kms.outcome('describe-key', '--key-id', 'alias/none');
    // Versions differ in how they end, and in what they put between.
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(
      /\(NotFoundException\) when calling the DescribeKey operation.*: Alias arn:aws:kms:\S+:alias\/none is not found\./,
    );
  });

  test('a key is disabled, rotated, scheduled and kept', async () => {
    const { KeyId } = await newKey();
    const key = ['--key-id', KeyId];
    await kms.text('enable-key-rotation', ...key);
    expect(await kms.json('get-key-rotation-status', ...key)).toMatchObject({ KeyRotationEnabled: true });
    await kms.text('disable-key', ...key);
    expect((await kms.outcome('generate-data-key', ...key, '--key-spec', 'AES_256')).stderr).toContain(
      'DisabledException',
    );
    expect(await kms.json('schedule-key-deletion', ...key, '--pending-window-in-days', '7')).toMatchObject({
      KeyState: 'PendingDeletion',
    });
    await kms.text('cancel-key-deletion', ...key);
    expect(await kms.json('describe-key', ...key)).toMatchObject({ KeyMetadata: { KeyState: 'Disabled' } });
  });

  test('a pair signs a digest, as image signers ask for it', async () => {
    const { KeyId } = await newKey('--key-usage', 'SIGN_VERIFY', '--customer-master-key-spec', 'ECC_NIST_P256');
    await writeFile(join(stage.home, 'digest'), Buffer.alloc(32, 7));
    const signing = ['--key-id', KeyId, '--message', 'fileb://digest', '--message-type', 'DIGEST'];
    const how = ['--signing-algorithm', 'ECDSA_SHA_256'];
    const { Signature } = await kms.json('sign', ...signing, ...how);
    await writeFile(join(stage.home, 'signature'), Buffer.from(String(Signature), 'base64'));
    expect(await kms.json('verify', ...signing, ...how, '--signature', 'fileb://signature')).toMatchObject({
      SignatureValid: true,
    });
  });
});

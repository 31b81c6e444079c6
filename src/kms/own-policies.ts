import { rootArn } from '../values/arn.ts';
import type { RegistryId } from '../values/registry-id.ts';

/** What a key has whose maker gave no policy: the account decides by its IAM policies. API_CreateKey. */
export function defaultKeyPolicy({ account, region }: RegistryId): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: rootArn(account, region) },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}

/** Of a signing profile's key: the account sees it, and nobody but the signer uses it. */
export function signerKeyPolicy({ account, region }: RegistryId): string {
  const statement = {
    Sid: 'Allow direct access to key metadata to the account',
    Effect: 'Allow',
    Principal: { AWS: rootArn(account, region) },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'auto-signer-1', Statement: [statement] }, null, 2);
}

/** Of a service's managed key: whoever may use the service may use the key, by way of the service alone. */
export function managedKeyPolicy({ account, region }: RegistryId): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'auto-ecr-1',
      Statement: [
        {
          Sid: 'Allow access through Amazon ECR for all principals in the account that are authorized to use Amazon ECR',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            'kms:Encrypt*',
            'kms:Decrypt*',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:CreateGrant',
            'kms:DescribeKey',
          ],
          Resource: '*',
          Condition: {
            StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ecr.${region}.amazonaws.com` },
          },
        },
        {
          Sid: 'Allow direct access to key metadata to the account',
          Effect: 'Allow',
          Principal: { AWS: rootArn(account, region) },
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}

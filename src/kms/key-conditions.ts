import type { Caller } from '../identity/caller.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { Key } from './find-key.ts';

export type Conditions = readonly (readonly [key: string, value: string | readonly string[]])[];

/** The condition keys of a call of KMS, whatever it is about: AWS KMS Developer Guide, "Condition keys for AWS KMS". */
export function callConditions({ principal, request }: Caller): Conditions {
  return [
    ['kms:CallerAccount', principal.account],
    ...(request.viaService === undefined ? [] : [['kms:ViaService', request.viaService] as const]),
  ];
}

/** Those of the key that it is about. */
export function keyConditions({ row, aliases, tags, requestAlias }: Key): Conditions {
  return [
    ...specConditions(row.spec, row.key_usage),
    ['kms:ResourceAliases', aliases],
    ...(requestAlias === undefined ? [] : [['kms:RequestAlias', requestAlias] as const]),
    ...tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const),
  ];
}

export function specConditions(spec: string, usage: string): Conditions {
  return [
    ['kms:KeySpec', spec],
    ['kms:KeyUsage', usage],
    ['kms:KeyOrigin', 'AWS_KMS'],
    ['kms:MultiRegion', 'false'],
  ];
}

export function contextConditions(context: EncryptionContext): Conditions {
  return [
    ...Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value] as const),
    ...(Object.keys(context).length === 0 ? [] : [['kms:EncryptionContextKeys', Object.keys(context)] as const]),
  ];
}

export function tagConditions(tags: readonly { readonly TagKey: string; readonly TagValue: string }[]): Conditions {
  if (tags.length === 0) return [];
  return [
    ...tags.map((it) => [`aws:RequestTag/${it.TagKey}`, it.TagValue] as const),
    ['aws:TagKeys', tags.map((it) => it.TagKey)],
  ];
}

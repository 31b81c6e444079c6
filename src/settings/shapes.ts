import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { isAccount, isRegion } from '../values/registry-id.ts';

/** Where the certificate comes from, or `off` for plain HTTP. */
export type TlsSetting =
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'off' }
  | { readonly kind: 'acme' }
  | { readonly kind: 'files'; readonly certificate: string; readonly key: string };

// Each shape takes text, for that is what flags, the environment and the config file all hold, and gives the value.

export function wholeNumber(least: number, most: number) {
  return v.pipe(v.string(), v.regex(/^[0-9]{1,9}$/), v.transform(Number), v.minValue(least), v.maxValue(most));
}

/** An absolute path; `~/` is the home directory, also where no shell has replaced it. */
export const path = v.pipe(v.string(), v.nonEmpty(), v.transform(toPath));

/** A name or an address, without port. */
export const host = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]{1,253}$/));

export const domain = v.pipe(
  v.string(),
  v.regex(/^(?=.{1,200}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?$/),
);

export const account = v.pipe(v.string(), v.check(isAccount));

export const regions = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => it.trim())),
  v.check((list) => list.every(isRegion) && new Set(list).size === list.length),
  v.transform(([first = '', ...others]): readonly [string, ...string[]] => [first, ...others]),
);

export const tls = v.pipe(
  v.string(),
  v.regex(/^(?:self-signed|off|acme|[^,]+,[^,]+)$/),
  v.transform((text): TlsSetting => {
    if (text === 'self-signed' || text === 'off' || text === 'acme') return { kind: text };
    const [certificate = '', key = ''] = text.split(',').map((it) => toPath(it.trim()));
    return { kind: 'files', certificate, key };
  }),
);

export const yesOrNo = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((text) => text === 'true'),
);

/** The address of a database, as the adapter reads it: libpq's form. */
export const databaseUrl = v.pipe(v.string(), v.regex(/^postgres(?:ql)?:\/\/\S+$/));

/** Bucket and prefix; a prefix that is not empty ends with a slash. */
export const bucket = v.pipe(
  v.string(),
  v.regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w.-]+)*\/?$/),
  v.transform((text) => {
    const [name = '', ...folders] = text.slice('s3://'.length).replace(/\/$/, '').split('/');
    return { bucket: name, prefix: folders.map((it) => `${it}/`).join('') };
  }),
);

/** An address without a slash behind. */
export const url = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/\S+$/),
  v.check((text) => URL.canParse(text)),
  v.transform((text) => text.replace(/\/+$/, '')),
);

export const redirect = v.union([v.picklist(['off', 'on']), url]);

export const rootKey = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/]{43}=$/),
  v.transform((text): Uint8Array => Buffer.from(text, 'base64')),
);

/** Names that are in the DNS, or addresses. */
export const publicNames = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => it.trim().toLowerCase())),
  v.check(
    (list) =>
      list.length <= 100 && list.every((it) => isIP(it) !== 0 || /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(it)),
  ),
);

/** Networks such as `10.0.0.0/8`; an address alone is a network of one. */
export const networks = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => toNetwork(it.trim()))),
  v.check((list) => list.every((it) => it !== undefined)),
  v.transform((list) => list.filter((it) => it !== undefined)),
);

/** `nats://host:port` and `tls://host:port`, in the one way in which targets are written, too. */
export const natsServers = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => it.trim().toLowerCase())),
  v.check((list) => list.every((it) => /^(?:nats|tls):\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/.test(it))),
  v.transform((list) => list.map((it) => (/:[0-9]+$/.test(it.replace(/\[.*\]/, '')) ? it : `${it}:4222`))),
);

/** Networks and where they are, such as `10.0.0.0/8=same-region`. */
export const destinations = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => toDestination(it.trim()))),
  v.check((list) => list.every((it) => it !== undefined)),
  v.transform((list) => list.filter((it) => it !== undefined)),
);

function toDestination(text: string) {
  const [given = '', name, ...others] = text.split('=');
  const network = toNetwork(given);
  const destination = (['internet', 'other-region', 'same-region'] as const).find((it) => it === name);
  return network && destination && others.length === 0 ? { ...network, destination } : undefined;
}

function toNetwork(text: string): { readonly address: string; readonly prefix: number } | undefined {
  const [, address = '', given] = /^([0-9A-Fa-f:.]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const prefix = given === undefined ? bits : Number(given);
  return bits > 0 && prefix <= bits ? { address, prefix } : undefined;
}

function toPath(text: string): string {
  return text === '~' || text.startsWith('~/') ? join(homedir(), text.slice(1)) : resolve(text);
}

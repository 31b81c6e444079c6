import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { CannotStart } from '../installation/cannot-start.ts';
import { writePrivate } from '../installation/write-private.ts';
import type { TlsSetting } from '../settings/shapes.ts';
import type { Clock, Ids } from '../world.ts';
import { makeAuthority, makeCertificate } from './certificate-authority.ts';
import type { TlsFiles } from './server.ts';

const DAY = 24 * 60 * 60 * 1000;
const RENEWED_BEFORE_MS = 30 * DAY;

export interface Certificates {
  /** Undefined for plain HTTP. */
  readonly tls: TlsFiles | undefined;
  /** The local authority's certificate, which clients must trust; undefined when there is none. */
  readonly authorityFile: string | undefined;
}

/**
 * What to serve with: nothing, the files that the setting names, or a certificate for `names` from the local authority
 * in `folder`. The authority and the certificate are made when they are missing, when they do not fit together, when a
 * name is not in them, and when less than 30 days are left.
 *
 * @throws CannotStart when the setting's files cannot be used
 */
export async function certificates(
  setting: TlsSetting,
  folder: string,
  { names, clock, ids }: { readonly names: readonly string[]; readonly clock: Clock; readonly ids: Pick<Ids, 'bytes'> },
): Promise<Certificates> {
  if (setting.kind === 'off') return { tls: undefined, authorityFile: undefined };
  if (setting.kind === 'files') return { tls: await givenFiles(setting), authorityFile: undefined };

  const files = {
    authority: { certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key.pem') },
    own: { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') },
  };
  const now = clock.now();
  await mkdir(folder, { recursive: true, mode: 0o700 });

  let authority = await read(files.authority);
  if (authority === undefined || !isUsable(authority, { names: [], now })) {
    authority = await makeAuthority(now, ids.bytes(16));
    await write(files.authority, authority);
  }
  let own = await read(files.own);
  if (own === undefined || !isUsable(own, { names, now, authority })) {
    own = await makeCertificate(authority, names, { now, serial: ids.bytes(16) });
    await write(files.own, own);
  }
  // Until a public authority has given one, connections are served with our own, which nobody is told to trust.
  return { tls: own, authorityFile: setting.kind === 'acme' ? undefined : files.authority.certificate };
}

/** When the certificate in `tls` ends. */
export function endOf({ certificate }: TlsFiles): Date {
  return new X509Certificate(certificate).validToDate;
}

async function givenFiles({ certificate, key }: TlsFiles): Promise<TlsFiles> {
  const [chain, secret] = await Promise.all([given(certificate), given(key)]);
  const files = { certificate: chain, key: secret };
  if (!fits(files)) {
    throw new CannotStart(
      `BERTH_TLS names ${certificate} and ${key}, which are not a PEM certificate and its private key. Give the pair as CERT.pem,KEY.pem, or use BERTH_TLS=self-signed.`,
    );
  }
  return files;
}

function given(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(
      `BERTH_TLS names ${path}, which cannot be read (${error.code}). Give readable files, or use BERTH_TLS=self-signed.`,
    );
  });
}

/** Written one after the other; a pair that a crash has torn does not fit together and is made again. */
async function write(files: TlsFiles, { certificate, key }: TlsFiles): Promise<void> {
  await writePrivate(files.key, key);
  await writePrivate(files.certificate, certificate);
}

async function read({ certificate, key }: TlsFiles): Promise<TlsFiles | undefined> {
  try {
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  } catch {
    return undefined;
  }
}

/** Whether the pair fits, names what it must, and has 30 days left; and is of `authority` where one is given. */
export function isUsable(
  files: TlsFiles,
  { names, now, authority }: { names: readonly string[]; now: Date; authority?: TlsFiles },
): boolean {
  if (!fits(files)) return false;
  const certificate = new X509Certificate(files.certificate);
  if (certificate.validToDate.getTime() - now.getTime() < RENEWED_BEFORE_MS) return false;
  if (authority && !certificate.verify(new X509Certificate(authority.certificate).publicKey)) return false;
  return names.every((it) => isNamed(certificate, it));
}

function isNamed(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name.replace('*', 'any'), { subject: 'never' }) !== undefined;
}

/** Whether both are readable and the key is the certificate's. */
function fits({ certificate, key }: TlsFiles): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

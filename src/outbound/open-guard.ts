import { readFile } from 'node:fs/promises';
import { CannotStart } from '../installation/cannot-start.ts';
import { inNetworks, type Network } from './addresses.ts';
import type { ClientOptions } from './guarded-client.ts';
import { systemResolve } from './resolve.ts';

/**
 * What may be asked outside. `allow`: networks that may be although they are not on the internet; `caFile`: authorities
 * that are trusted beside those of the system.
 *
 * @throws CannotStart when the file holds none
 */
export async function openGuard({
  allow,
  caFile,
}: {
  readonly allow: readonly Network[];
  readonly caFile: string | undefined;
}): Promise<ClientOptions> {
  const authorities = caFile === undefined ? undefined : await readAuthorities(caFile);
  return { resolve: systemResolve, mayAsk: inNetworks(allow), authorities };
}

async function readAuthorities(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`BERTH_OUTBOUND_CA_FILE cannot be read: ${error.message}. Name a PEM file.`);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CannotStart(`BERTH_OUTBOUND_CA_FILE, ${file}, holds no certificate. Name a PEM file.`);
  }
  return text;
}

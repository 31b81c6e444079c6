import { readFile } from 'node:fs/promises';
import { CannotStart } from '../installation/cannot-start.ts';
import { inNetworks, type Network } from './addresses.ts';
import { guardedClient } from './guarded-client.ts';
import type { Outbound } from './port.ts';
import { systemResolve } from './resolve.ts';

/**
 * The client for what lies outside. `allow`: networks that it may ask although they are not on the internet; `caFile`:
 * authorities that it trusts beside those of the system.
 *
 * @throws CannotStart when the file holds none
 */
export async function openOutbound({
  allow,
  caFile,
}: {
  readonly allow: readonly Network[];
  readonly caFile: string | undefined;
}): Promise<Outbound> {
  const authorities = caFile === undefined ? undefined : await readAuthorities(caFile);
  return guardedClient({ resolve: systemResolve, mayAsk: inNetworks(allow), authorities });
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

import { readFile } from 'node:fs/promises';
import { CannotStart } from '../installation/cannot-start.ts';
import type { Settings } from '../settings/table.ts';
import { cannotListen } from './cannot-listen.ts';
import { type Listener, type ListenOptions, listen } from './server.ts';

type Listening = Omit<ListenOptions, 'host' | 'port' | 'clientAuthorities'>;

/**
 * Listens where the settings say: on the port for everybody, and on that for clients with a certificate where there is
 * one. They are renewed, drained and closed together; addresses name the first.
 *
 * @throws CannotStart
 */
export async function openListeners(
  settings: Pick<Settings, 'host' | 'port' | 'mtlsPort' | 'mtlsClientCaFile'>,
  options: Listening,
): Promise<Listener & { readonly mtlsPort: number | undefined }> {
  const { host, port, mtlsPort, mtlsClientCaFile } = settings;
  const clientAuthorities = mtlsClientCaFile === undefined ? undefined : await authoritiesIn(mtlsClientCaFile);
  const first = await listenOr({ ...options, host, port });
  if (mtlsPort === undefined || clientAuthorities === undefined) return { ...first, mtlsPort: undefined };
  const second = await listenOr({ ...options, host, port: mtlsPort, clientAuthorities }).catch(async (error) => {
    await first.close();
    throw error;
  });
  const both = [first, second];
  return {
    port: first.port,
    mtlsPort: second.port,
    renew(tls) {
      for (const it of both) it.renew(tls);
    },
    lastCall() {
      for (const it of both) it.lastCall();
    },
    drain: async () => void (await Promise.all(both.map((it) => it.drain()))),
    close: async () => void (await Promise.all(both.map((it) => it.close()))),
  };
}

async function authoritiesIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`BERTH_MTLS_CLIENT_CA_FILE names ${path}, which cannot be read (${error.code}).`);
  });
  // With nothing to check against, Node.js would check against the authorities of the whole world.
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CannotStart(`BERTH_MTLS_CLIENT_CA_FILE names ${path}, which holds no certificate in PEM.`);
  }
  return text;
}

async function listenOr(options: ListenOptions): Promise<Listener> {
  try {
    return await listen(options);
  } catch (error) {
    throw cannotListen(options, error);
  }
}

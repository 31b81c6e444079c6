// A real ACME authority: pebble, which Let's Encrypt tests its own clients with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeAuthority, makeCertificate } from '../../src/http/certificate-authority.ts';
import { systemIds as ids } from '../../src/ids.ts';
import { findOnPath, sayMissing } from '../clients/client.ts';
import { freePorts } from './free-ports.ts';

export interface Pebble {
  /** Address of its directory. */
  readonly directory: string;
  /** PEM of the authority that vouches for its own HTTPS. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** A suite that needs pebble; skipped, or failing, where it is missing. */
export function withPebble(title: string, define: () => void): void {
  if (findOnPath('pebble') === undefined) sayMissing(title, ['pebble']);
  else define();
}

/** Starts an authority that looks for answers to its challenges at `httpPort` instead of 80. */
export async function startPebble({ httpPort }: { readonly httpPort: number }): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-pebble-'));
  const [port = 0, management = 0, tlsPort = 0] = await freePorts(3);
  const now = new Date();
  const authority = await makeAuthority(now, ids.bytes(16));
  const own = await makeCertificate(authority, ['127.0.0.1', 'localhost'], { now, serial: ids.bytes(16) });
  const [certificate, privateKey, config] = ['cert.pem', 'key.pem', 'pebble.json'].map((it) => join(folder, it));
  await writeFile(certificate ?? '', own.certificate);
  await writeFile(privateKey ?? '', own.key);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate,
    privateKey,
    httpPort,
    tlsPort,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
  };
  await writeFile(config ?? '', JSON.stringify({ pebble }));

  // It waits like a real one otherwise, and refuses one nonce in twenty, as a real one may: that stays.
  const env = { PEBBLE_VA_NOSLEEP: '1', PATH: process.env['PATH'] };
  const child = spawn(findOnPath('pebble') ?? 'pebble', ['-config', config ?? ''], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true });
  };
  child.stderr.resume();
  const listens = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('ACME directory available at')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`pebble ended with ${code}`)));
  });
  await listens.catch(async (error) => {
    await stop();
    throw error;
  });
  return { directory: `https://127.0.0.1:${port}/dir`, authority: authority.certificate, stop };
}

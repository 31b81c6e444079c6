// A real NATS server of a test's own, with JetStream.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { findOnPath, sayMissing } from '../clients/client.ts';

export interface Nats {
  readonly port: number;
  /** A client that may do everything. */
  readonly client: NatsConnection;
  /** Makes a stream that keeps what is published on the subject. */
  keep(stream: string, subject: string): Promise<void>;
  /** What a stream has kept, oldest first. */
  kept(stream: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** A suite that needs NATS; skipped, or failing, where it is missing. */
export function withNats(title: string, define: () => void): void {
  if (findOnPath('nats-server') === undefined) sayMissing(title, ['nats-server']);
  else define();
}

/** Starts one on loopback. `more`: lines of its configuration, beside a user `admin` who may do everything. */
export async function startNats({
  users = '',
  tls,
  port = -1,
}: {
  readonly users?: string;
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
  readonly port?: number;
} = {}): Promise<Nats> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-nats-'));
  const [certificate, key] = ['cert.pem', 'key.pem'].map((it) => join(folder, it));
  if (tls) {
    await writeFile(certificate ?? '', tls.certificate);
    await writeFile(key ?? '', tls.key);
  }
  const config = join(folder, 'nats.conf');
  await writeFile(
    config,
    `host: 127.0.0.1
port: ${port}
ports_file_dir: "${folder}"
jetstream { store_dir: "${folder}/js" }
authorization { users: [ { user: admin, password: admin } ${users} ] }
${tls ? `tls { cert_file: "${certificate}", key_file: "${key}" }` : ''}`,
  );
  const child = spawn(findOnPath('nats-server') ?? 'nats-server', ['-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stderr })) if (line.includes('Server is ready')) break;
  child.stderr.resume();
  const listening = await portOf(folder);
  const client = await connect({
    servers: `127.0.0.1:${listening}`,
    user: 'admin',
    pass: 'admin',
    reconnect: false,
    tls: tls ? { ca: tls.authority, ...{ host: '127.0.0.1' } } : null,
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const ask = async (subject: string, what: object) => {
    const said = (await client.request(`$JS.API.${subject}`, JSON.stringify(what))).json<Answer>();
    if (said.error) throw new Error(said.error.description);
    return said;
  };
  return {
    port: listening,
    client,
    async keep(stream, subject) {
      await ask(`STREAM.CREATE.${stream}`, { name: stream, subjects: [subject] });
    },
    async kept(stream) {
      const { state } = await ask(`STREAM.INFO.${stream}`, {});
      const all = Array.from({ length: state.messages }, (_, i) => ask(`STREAM.MSG.GET.${stream}`, { seq: i + 1 }));
      return (await Promise.all(all)).map((it) => Buffer.from(it.message.data, 'base64').toString());
    },
    async stop() {
      await client.close();
      await stop();
    },
  };
}

interface Answer {
  readonly error?: { readonly description: string };
  readonly state: { readonly messages: number };
  readonly message: { readonly data: string };
}

/** The server says that it is ready a moment before the file with its ports is there, and whole. */
async function portOf(folder: string): Promise<number> {
  for (;;) {
    const file = (await readdir(folder)).find((it) => it.endsWith('.ports'));
    const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
    const [, port] = /"nats":\s*\["[^"]*:(\d+)"/.exec(text) ?? [];
    if (port !== undefined) return Number(port);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

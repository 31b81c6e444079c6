import { connect, type PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure } from './postgres-failure.ts';
import type { PostgresAddress, PostgresHost } from './postgres-url.ts';

/**
 * Opens connections to the one of the hosts that takes writes. The host that did last is tried first, so that after a
 * fail-over only the first connection has to look for the new primary.
 */
export function primaryOf(address: PostgresAddress): () => Promise<PostgresConnection> {
  let hosts = address.hosts;
  return async () => {
    let failure: unknown;
    for (const host of hosts) {
      try {
        const connection = await connectToPrimary(address, host);
        hosts = [host, ...address.hosts.filter((it) => it !== host)];
        return connection;
      } catch (error) {
        // What a host that can be reached says is worth more than that another cannot be.
        if (failure === undefined || isAnswer(error)) failure = error;
      }
    }
    throw failure;
  };
}

async function connectToPrimary(address: PostgresAddress, host: PostgresHost): Promise<PostgresConnection> {
  const connection = await connect(address, host);
  if (address.hosts.length === 1) return connection; // Each transaction asks the same.
  try {
    const { rows } = await connection.query('SELECT pg_is_in_recovery() AS is_standby', {
      patienceMs: address.connectTimeoutMs,
    });
    if (rows[0]?.is_standby !== true) return connection;
    throw new PostgresFailure('the server is a standby', { kind: 'gone' });
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function isAnswer(error: unknown): boolean {
  return error instanceof PostgresFailure && (error.code !== undefined || error.kind === 'other');
}

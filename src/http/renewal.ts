import type { Log } from '../world.ts';
import { type Certificates, endOf } from './certificate.ts';
import type { Listener } from './server.ts';

/** What is served with now, and where the next is had. */
export interface Renewing {
  readonly served: Certificates['tls'];
  issue(): Promise<Certificates>;
  readonly listener: Pick<Listener, 'renew'>;
  readonly log: Log;
}

/**
 * Looks whether there is another certificate than the one that is served with, and serves with it from then on:
 * connections that are there go on with theirs. Files that cannot be used change nothing; it rejects with why.
 */
export function renewal({ served, issue, listener, log }: Renewing): () => Promise<void> {
  let current = served;
  return async () => {
    const { tls } = await issue();
    if (!tls || (tls.certificate === current?.certificate && tls.key === current.key)) return;
    listener.renew(tls);
    current = tls;
    log.info({ until: endOf(tls) }, 'certificate renewed');
  };
}

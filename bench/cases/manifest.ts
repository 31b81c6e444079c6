import { join } from 'node:path';
import { pushImage } from '../clients/push-image.ts';
import { requestsPerSecond } from '../clients/wrk.ts';
import { against, type Figure } from '../figure.ts';
import { type PeerLogin, startPeer } from '../servers/peer.ts';
import { REPOSITORY, type Server } from '../servers/server.ts';
import type { Case } from './case.ts';
import { inTurn, startPair } from './pair.ts';

const CONNECTIONS = 16;
const LOGINS: Readonly<Record<PeerLogin, string>> = {
  htpasswd: 'the peer verifies a password (bcrypt)',
  token: 'the peer verifies a token (ES256)',
  none: 'the peer asks nobody',
};

/**
 * Berth is always logged in to as docker does: Basic, with the login token as the password. The peer is judged by the
 * login that its package sets up, and told besides with a cheaper one and with none.
 */
export const manifest: Case = {
  name: 'manifest',
  async run(surroundings) {
    const { dir, hasPeer, isQuick } = surroundings;
    const pair = await startPair({ ...surroundings, hasPeer: false });
    const figures: Figure[] = [];
    try {
      const mediaType = await pushImage(pair.berth, dir, 'latest');
      const rate = (server: Server) =>
        requestsPerSecond(`${server.url}/v2/${REPOSITORY}/manifests/latest`, {
          connections: CONNECTIONS,
          seconds: isQuick ? 1 : 3,
          headers: { ...server.headers, accept: mediaType },
        });
      await rate(pair.berth);

      for (const login of ['htpasswd', 'token', 'none'] as const) {
        const peer = hasPeer ? await startPeer(join(dir, `peer-${login}`), login) : undefined;
        try {
          if (peer) await pushImage(peer, dir, 'latest');
          const both = { ...pair, peer, servers: peer ? [pair.berth, peer] : [pair.berth] };
          const measured = await inTurn(both, isQuick ? 1 : 3, async () => undefined, rate);
          const what = `GET manifest by tag, ${CONNECTIONS} connections; ${LOGINS[login]}`;
          figures.push(against(what, 'requests/s', measured, login === 'htpasswd' ? 5 : undefined));
        } finally {
          await peer?.stop();
        }
        if (!hasPeer) break;
      }
      return figures;
    } finally {
      await pair.stop();
    }
  },
};

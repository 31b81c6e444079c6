import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { cannotListen } from '../../http/cannot-listen.ts';
import { isTaken, whoServes } from '../../installation/serving.ts';
import type { Check } from './finding.ts';

/** The port: served by the Berth of this folder, or free for it. */
export const checkPort: Check = async ({ host, port }, folder) => {
  const check = 'port';
  const hasLock = await access(folder.lock).then(
    () => true,
    () => false,
  );
  if (hasLock && isTaken(folder)) {
    const serving = await whoServes(folder);
    const detail = `${serving?.url ?? 'the folder'} is served by process ${serving?.pid ?? '?'}`;
    return [{ check, state: 'good', detail }];
  }

  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return [{ check, state: 'good', detail: port === 0 ? 'any free one' : `${port} is free` }];
  } catch (error) {
    const reason = cannotListen({ host, port }, error);
    const detail = reason instanceof Error ? reason.message : String(reason);
    return [{ check, state: 'wrong', detail, mend: 'see who has it with: ss -ltnp' }];
  } finally {
    server.close();
  }
};

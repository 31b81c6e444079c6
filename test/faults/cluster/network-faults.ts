import type { Cluster } from '../../cluster.ts';
import type { ProxyMode, TcpProxy } from '../../servers/tcp-proxy.ts';
import { type Fault, pass } from './run-fault.ts';

/** The lines of every node to one of the two. */
type Lines = (cluster: Cluster) => readonly TcpProxy[];

/** What a network does to the lines to `whom`. */
export function networkFaults(whom: string, lines: Lines): readonly Fault[] {
  return [
    inMode(`partition from ${whom}`, 'partition', lines),
    inMode(`partition of one node from ${whom}`, 'partition', (cluster) => lines(cluster).slice(0, 1)),
    inMode(`${whom} stalls`, 'stall', lines),
    {
      name: `500 ms latency to ${whom}`,
      async happen(cluster, ms) {
        for (const line of lines(cluster)) line.delay(250); // Each way.
        await pass(ms);
        for (const line of lines(cluster)) line.delay(0);
      },
    },
    {
      name: `resets of connections to ${whom}`,
      async happen(cluster, ms) {
        const until = performance.now() + ms;
        while (performance.now() < until) {
          for (const line of lines(cluster)) line.resetAll();
          await pass(250);
        }
      },
    },
  ];
}

function inMode(name: string, mode: ProxyMode, lines: Lines): Fault {
  return {
    name,
    async happen(cluster, ms) {
      await Promise.all(lines(cluster).map((it) => it.set(mode)));
      await pass(ms);
      await Promise.all(lines(cluster).map((it) => it.set('pass')));
    },
  };
}

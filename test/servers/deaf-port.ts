// A thread that holds a port and takes no connection: whoever connects hears nothing, as from behind a cut cable.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Holds `port` beside its present owner, who listens with `reusePort` and may stop now. The answer gives it back. */
export async function holdDeaf(port: number): Promise<() => Promise<unknown>> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { deafPort: port } });
  await once(thread, 'message');
  return () => thread.terminate();
}

async function beDeaf(port: number): Promise<void> {
  const server = createServer();
  server.listen({ port, host: '127.0.0.1', backlog: 0, reusePort: true });
  await once(server, 'listening');
  parentPort?.postMessage('holding');
  // A thread that sleeps accepts nothing. Its queue takes a connection or two; the kernel drops what comes then.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Fills the queue of a port that is held, so that every later connect hangs; the answer empties it. */
export async function fillQueue(port: number): Promise<() => void> {
  const sockets: Socket[] = [];
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    sockets.push(socket);
    const isTaken = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 100, false)),
    ]);
    if (!isTaken) return () => sockets.forEach((it) => void it.destroy());
  }
}

if (!isMainThread && workerData?.deafPort !== undefined) await beDeaf(workerData.deafPort);

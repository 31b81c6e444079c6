import type { OnReadOpts, Socket } from 'node:net';

/**
 * Eight times what a socket reads at a time by itself, and always into the same memory: new memory for each read, which
 * is then collected, costs more than everything else that is done with the bytes. One for all sockets, since what was
 * read is looked at before anything else is read: the parser of HTTP copies the bodies out of it. The contract of blob
 * stores has a test that fails should a version of Node.js no longer do so.
 */
const memory = Buffer.allocUnsafeSlow(512 * 1024);

/** For agents of HTTP and HTTPS: how their sockets read. */
export const LARGE_READS: { readonly onread: OnReadOpts } = {
  onread: {
    buffer: memory,
    callback(this: unknown, length: number) {
      // Node calls it as a method of the socket, whose stream gives nothing any more: this is where its client listens.
      (this as Socket).emit('data', memory.subarray(0, length));
      return true;
    },
  },
};

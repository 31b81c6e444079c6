/** Memory for what is read from files: large, so that there are few reads. */
export const READ_SIZE = 512 * 1024;
/** As many as sixteen downloads use at a time; what is given back beyond that is left to the garbage collector. */
const KEPT = 32;

const spare: Buffer[] = [];

/**
 * A buffer for up to `size` bytes, at most `READ_SIZE`. Large ones are used again: made anew for each read, their
 * memory would be cleared by the kernel each time, and the garbage collector would run for nothing else.
 */
export function takeReadBuffer(size: number): Buffer {
  if (size <= READ_SIZE / 2) return Buffer.allocUnsafeSlow(size);
  return spare.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
}

/** For a chunk of such a buffer that nobody looks at any more. */
export function giveReadBufferBack({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== READ_SIZE || spare.length >= KEPT) return;
  spare.push(Buffer.from(buffer));
}

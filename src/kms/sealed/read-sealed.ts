import type { ObjectBytes } from '../../storage/blobs/port.ts';
import type { RunReader } from '../../storage/layer-cache/port.ts';
import type { ByteRange } from '../../values/byte-range.ts';
import { type DataKeys, fileKeysOf } from '../envelope/keys.ts';
import { Opener } from '../envelope/opener.ts';
import type { Seal } from '../envelope/seal.ts';
import { type Memory, OpenedBytes } from './opened-bytes.ts';
import { type Passage, passagesOf, type Span } from './passages.ts';

export interface OpeningWith {
  readonly dataKeys: DataKeys;
  /** Of the object: `contextOf`. */
  readonly context: Buffer;
}

/**
 * `read` of a blob store, of an object that is sealed: the bytes of `range`, which lies inside it, or all of them. The
 * stream breaks with BadEnvelope before the first byte of a frame that is not what was sealed. Undefined when the store
 * has no such object. What lies together is read at once, however many segments it is.
 */
export async function readSealed(
  stored: RunReader,
  key: string,
  seal: Seal,
  options: OpeningWith & { readonly range?: ByteRange | undefined },
): Promise<ObjectBytes | undefined> {
  const passages = passagesOf(seal, options.range);
  const [first] = passages;
  // Opened before anything is answered: who asks for bytes that are gone is to hear so.
  const begun = first && (await stored.read(key, first.stored, first.run));
  if (first && !begun) return undefined;
  // It may break before anybody asks for its bytes; who does is told then.
  begun?.on('error', () => {});
  const bytesOf = async (passage: Passage) => {
    const bytes = passage === first ? begun : await stored.read(key, passage.stored, passage.run);
    if (!bytes) throw new Error(`the object ${key} was removed while it was being read`);
    return bytes;
  };
  const openerOf = ({ segment: { salt, length, isWhole }, firstFrame, lastFrame }: Span, memory: Memory) =>
    new Opener({
      header: seal,
      keys: fileKeysOf(options.dataKeys, salt, options.context).frames,
      length,
      isWhole,
      first: firstFrame,
      last: lastFrame,
      memory,
    });
  const onBad = ({ run }: Passage) => stored.forget?.(key, run);
  return new OpenedBytes(passages, { begun, bytesOf, openerOf, onBad });
}

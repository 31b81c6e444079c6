import type { BlobStore } from './port.ts';
import { findingAbilities } from './s3/abilities.ts';
import { signedAddresses } from './s3/address.ts';
import { appendToDraft } from './s3/append.ts';
import { beginUpload } from './s3/begin-upload.ts';
import { calling, PATIENCE, type Patience } from './s3/call.ts';
import { type Access, connect } from './s3/client.ts';
import { completeDraft } from './s3/complete.ts';
import { formatState } from './s3/draft-state.ts';
import { examineBucket } from './s3/examine.ts';
import { namesBelow } from './s3/names.ts';
import { ObjectStream } from './s3/object-stream.ts';
import { ownerOf } from './s3/owner.ts';
import { partMemory } from './s3/part-memory.ts';
import { recent } from './s3/recent.ts';
import { s3Bucket } from './s3/s3-bucket.ts';
import type { StoreLog } from './s3/store-log.ts';
import type { S3Parts } from './s3/store-parts.ts';
import { abortUploads, discardDraft, listAll, removePieces, uploadsOf } from './s3/sweep.ts';

export interface S3Options extends Access {
  readonly bucket: string;
  /** What the names of all objects begin with; empty where the bucket is Berth's alone. */
  readonly prefix: string;
  /** Where clients find the store, when that is elsewhere than Berth does. */
  readonly publicEndpoint?: string;
  readonly log: StoreLog;
}

const REMEMBERED = 10_000;

/**
 * Keeps each object in a bucket, at its final name from the first byte on; nothing is ever renamed. Any number of
 * processes use a bucket at a time: docs/decisions/0004-drafts-in-s3.md says why none hurts what another has committed.
 *
 * @throws when the file of the authority cannot be read
 */
export function s3BlobStore(options: S3Options, patience: Patience = PATIENCE): BlobStore {
  const client = connect(options);
  const bucket = s3Bucket(client, options.bucket, calling(patience));
  const names = namesBelow(options.prefix);
  const addresses = signedAddresses(publicAccess(options), options.bucket);
  const s3: S3Parts = {
    bucket,
    names,
    log: options.log,
    abilities: findingAbilities(bucket, names),
    memory: partMemory(),
    stallMs: patience.stallMs,
    mayHaveOrphans: (key) => doubtful.set(key, true),
  };
  const appending = new Set<string>();
  /** Objects that were completed or discarded here: no store could tell an old draft of a small one from a new one. */
  const ended = recent<'complete' | 'discarded'>(REMEMBERED);
  /** The latest draft of each object that nobody but us has worked at: there can be no pieces that it does not name. */
  const ours = recent<string>(REMEMBERED);
  const doubtful = recent<true>(REMEMBERED);

  const store: BlobStore = {
    // A gateway that stands still holds a request that we gave up long ago, and writes it when it goes on.
    lateWritesMs: 3_600_000,

    async begin(key) {
      const name = names.object(key);
      if (names.place(key).kind !== 'object') throw new Error(`${key} is the key of a piece, not of an object`);
      if (await bucket.head(name)) throw new Error(`object ${key} is there already`);
      // A copy that was cut off discards what it left, and begins again under the key that the object has at its source.
      ended.delete(key);
      const draft = { key, size: 0, state: await beginningState(s3, key) };
      ours.set(key, draft.state);
      return draft;
    },

    async append(draft, bytes, checkpoint) {
      const { key } = draft;
      const how = ended.get(key);
      if (how !== undefined) throw new Error(`object ${key} is ${how}: nothing can be added`);
      if (appending.has(key)) throw new Error(`object ${key} is being appended to already`);
      appending.add(key);
      try {
        const areOurs = ours.get(key) === draft.state;
        ours.delete(key);
        const grown = await appendToDraft(s3, draft, bytes, checkpoint);
        if (areOurs) ours.set(key, grown.state);
        return grown;
      } finally {
        appending.delete(key);
      }
    },

    async complete(draft) {
      const { key, state } = draft;
      if (appending.has(key)) throw new Error(`object ${key} is being appended to`);
      if (ended.get(key) === 'discarded') throw new Error(`object ${key} is discarded: there is nothing to complete`);
      await completeDraft(s3, draft);
      ended.set(key, 'complete');
      await removePieces(s3, draft, { areAllNamed: ours.get(key) === state && !doubtful.get(key) });
      ours.delete(key);
    },

    async discard(draft) {
      ended.set(draft.key, 'discarded');
      await discardDraft(s3, draft);
    },

    async read(key, range) {
      const { kind, name } = names.place(key);
      const opened = kind === 'multipart' ? undefined : await bucket.get(name, range && { range });
      return opened && new ObjectStream(s3, name, opened);
    },

    async has(key) {
      const { kind, name, ...piece } = names.place(key);
      if (kind === 'multipart' && 'owner' in piece) return (await uploadsOf(s3, piece.owner)).length > 0;
      return (await bucket.head(name)) !== undefined || !(await bucket.isMissing(name));
    },

    async remove(keys) {
      const places = keys.map((key) => names.place(key));
      for (const place of places) if (place.kind === 'multipart') await abortUploads(s3, place.owner);
      await bucket.remove(places.filter(({ kind }) => kind !== 'multipart').map(({ name }) => name));
    },

    list: () => listAll(s3),

    // One request that writes nothing: every node asks each second, and a store that is slow to write still serves pulls.
    async probe() {
      if ((await bucket.head(names.owner)) === undefined) await bucket.isMissing(names.owner);
    },

    belongTo: (id) => ownerOf(s3, id),

    async addressOf(key, expiresAt) {
      return addresses.of(names.place(key).name, expiresAt);
    },

    examine: () => examineBucket(s3),

    async close() {
      client.destroy();
      addresses.close();
    },
  };
  return store;
}

/**
 * A store that cannot refuse to write where something is gets one multipart upload per object, from the beginning: it
 * can be completed once.
 */
async function beginningState(s3: S3Parts, key: string): Promise<string> {
  const { refusesTaken, integrity } = await s3.abilities();
  if (refusesTaken) return formatState({ kind: 'begun' });
  const checked = integrity === 'crc32';
  const { id } = await beginUpload(s3, key, { checked });
  return formatState({ kind: 'parts', uploadId: id, checked, parts: 0, chain: '' });
}

/** How clients reach the store. */
function publicAccess({ publicEndpoint, ...options }: S3Options): Access {
  return publicEndpoint === undefined ? options : { ...options, endpoint: publicEndpoint };
}

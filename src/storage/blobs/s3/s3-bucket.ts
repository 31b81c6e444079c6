import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { ByteRange } from '../../../values/byte-range.ts';
import type { Bucket, Head, Listed, Opened, Part } from './bucket.ts';
import type { Call } from './call.ts';
import { removing } from './remove-names.ts';
import { isRefusal } from './store-error.ts';
import type { Sum } from './sum.ts';

/** Ceph says NoSuchKey of some uploads that are gone; a bucket that is gone is another error. */
const NO_UPLOAD = 404;
/** Completing and copying is work for the store: so many calls' worth, and one more for so many parts. */
const EFFORT = 3;
const PARTS_PER_EFFORT = 1_000;

export function s3Bucket(client: S3Client, Bucket: string, call: Call): Bucket {
  const removal = removing(client, Bucket, call);

  return {
    async put(Key, Body, { sum, onlyNew = false }) {
      try {
        const { ETag } = await call(
          `storing ${Key}`,
          (options) =>
            client.send(
              new PutObjectCommand({ Bucket, Key, Body, ...sum.headers, ...(onlyNew && { IfNoneMatch: '*' }) }),
              options,
            ),
          { bytes: Body.length },
        );
        checkEtag(Key, ETag, sum);
        return 'stored';
      } catch (error) {
        if (onlyNew && isRefusal(error, 412)) return 'taken';
        throw error;
      }
    },

    async get(Key, { range, etag } = {}) {
      try {
        const Range = range && `bytes=${range.first}-${range.last}`;
        const answer = await call(`reading ${Key}`, (options) =>
          client.send(
            new GetObjectCommand({ Bucket, Key, ...(Range && { Range }), ...(etag && { IfMatch: `"${etag}"` }) }),
            options,
          ),
        );
        return opened(Key, answer, range);
      } catch (error) {
        if (isRefusal(error, 'NoSuchKey')) return undefined;
        throw error;
      }
    },

    async head(Key): Promise<Head | undefined> {
      try {
        const { ContentLength, ETag } = await call(`looking for ${Key}`, (options) =>
          client.send(new HeadObjectCommand({ Bucket, Key }), options),
        );
        if (ContentLength === undefined) throw new Error(`S3 did not say how long ${Key} is`);
        return { size: ContentLength, etag: bare(ETag) };
      } catch (error) {
        if (isRefusal(error, 404)) return undefined;
        throw error;
      }
    },

    async isMissing(Key) {
      try {
        const { Body } = await call(`looking for ${Key}`, (options) =>
          client.send(new GetObjectCommand({ Bucket, Key }), options),
        );
        if (Body instanceof Readable) Body.on('error', () => {}).destroy();
        return false;
      } catch (error) {
        if (isRefusal(error, 'NoSuchKey')) return true;
        throw error;
      }
    },

    remove: removal.remove,
    removesByBatch: () => removal.hasBatches,

    async *list(Prefix): AsyncGenerator<Listed> {
      for (let ContinuationToken: string | undefined, isLast = false; !isLast; ) {
        const page = await call('listing objects', (options) =>
          client.send(
            new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
            options,
          ),
        );
        for (const { Key, Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
          if (Key !== undefined) yield { name: Key, size: Size, modifiedAt: LastModified };
        }
        ContinuationToken = page.NextContinuationToken;
        isLast = page.IsTruncated !== true || ContinuationToken === undefined;
      }
    },

    async beginParts(Key, { checked }) {
      const { UploadId, $metadata } = await call(`beginning ${Key}`, (options) =>
        client.send(
          new CreateMultipartUploadCommand({ Bucket, Key, ...(checked && { ChecksumAlgorithm: 'CRC32' }) }),
          options,
        ),
      );
      if (UploadId === undefined) throw new Error(`S3 began an upload of ${Key} and did not say which`);
      return { id: UploadId, mayHaveTwin: ($metadata.attempts ?? 1) > 1 };
    },

    async putPart({ name: Key, id: UploadId }, { number: PartNumber, body: Body, sum }, signal) {
      try {
        const { ETag } = await call(
          `storing part ${PartNumber} of ${Key}`,
          (options) =>
            client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...sum.headers }), options),
          { bytes: Body.length, signal },
        );
        checkEtag(Key, ETag, sum);
        return bare(ETag);
      } catch (error) {
        if (isRefusal(error, NO_UPLOAD)) return undefined;
        throw error;
      }
    },

    async copyPart({ name: Key, id: UploadId }, { number: PartNumber, first, last }) {
      const command = new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`,
        CopySourceRange: `bytes=${first}-${last}`,
      });
      const { CopyPartResult } = await call(
        `copying part ${PartNumber} of ${Key}`,
        (options) => client.send(command, options),
        { effort: EFFORT },
      );
      const { ETag, ChecksumCRC32: crc32 } = CopyPartResult ?? {};
      return { number: PartNumber, size: last - first + 1, etag: bare(ETag), ...(crc32 !== undefined && { crc32 }) };
    },

    async parts({ name: Key, id: UploadId }) {
      const found: Part[] = [];
      try {
        for (let PartNumberMarker: string | undefined, isLast = false; !isLast; ) {
          const page = await call(`listing parts of ${Key}`, (options) =>
            client.send(
              new ListPartsCommand({ Bucket, Key, UploadId, ...(PartNumberMarker && { PartNumberMarker }) }),
              options,
            ),
          );
          for (const { PartNumber = 0, Size = 0, ETag, ChecksumCRC32 } of page.Parts ?? []) {
            const crc32 = ChecksumCRC32;
            found.push({ number: PartNumber, size: Size, etag: bare(ETag), ...(crc32 !== undefined && { crc32 }) });
          }
          PartNumberMarker = page.NextPartNumberMarker;
          isLast = page.IsTruncated !== true || PartNumberMarker === undefined;
        }
        return found;
      } catch (error) {
        if (isRefusal(error, NO_UPLOAD)) return undefined;
        throw error;
      }
    },

    async completeParts({ name: Key, id: UploadId }, parts) {
      const Parts = parts.map(({ number, etag, crc32 }) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        ...(crc32 !== undefined && { ChecksumCRC32: crc32 }),
      }));
      try {
        const command = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
        await call(`completing ${Key}`, (options) => client.send(command, options), {
          effort: EFFORT + parts.length / PARTS_PER_EFFORT,
        });
        return 'completed';
      } catch (error) {
        if (isRefusal(error, NO_UPLOAD)) return 'gone';
        throw error;
      }
    },

    async abortParts({ name: Key, id: UploadId }) {
      try {
        await call(`ending the upload of ${Key}`, (options) =>
          client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options),
        );
      } catch (error) {
        if (!isRefusal(error, NO_UPLOAD)) throw error;
      }
    },

    async *listUploads(Prefix) {
      for (let markers = {}, isLast = false; !isLast; ) {
        const page = await call('listing uploads', (options) =>
          client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...markers }), options),
        );
        for (const { Key, UploadId, Initiated = new Date(0) } of page.Uploads ?? []) {
          if (Key !== undefined && UploadId !== undefined) yield { name: Key, id: UploadId, begunAt: Initiated };
        }
        markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
        isLast = page.IsTruncated !== true || page.NextKeyMarker === undefined;
      }
    },
  };
}

/** @throws when the store gave something else than was asked for: all of the object, or exactly the range */
function opened(name: string, answer: GetObjectCommandOutput, range: ByteRange | undefined): Opened {
  const { Body, ContentLength, ContentRange, ETag } = answer;
  if (!(Body instanceof Readable)) throw new Error(`S3 gave no body for ${name}`);
  // A store that knows no ranges, or cuts one that reaches behind the end, must not pass for one that gave it.
  const [asked, given] = range
    ? [`bytes ${range.first}-${range.last}`, ContentRange?.split('/')[0]]
    : ['all bytes', ContentRange ?? 'all bytes'];
  const length = range ? range.last - range.first + 1 : ContentLength;
  if (given === asked && length !== undefined && length === ContentLength) {
    return { body: Body, length, first: range?.first ?? 0, etag: bare(ETag) };
  }
  Body.on('error', () => {}).destroy();
  throw new Error(`S3 was asked for ${asked} of ${name} and gave ${given ?? 'something else'}, ${ContentLength} long`);
}

/** @throws when the store got other bytes than it was sent */
function checkEtag(name: string, answered: string | undefined, { etag }: Sum): void {
  if (etag === undefined || bare(answered) === etag) return;
  throw new Error(`S3 got other bytes for ${name} than it was sent: their MD5 is ${bare(answered)} and not ${etag}`);
}

function bare(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

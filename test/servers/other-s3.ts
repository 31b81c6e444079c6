// S3 in the memory of the test, in the dialects of stores that do not run here. What it is for is how they differ;
// whether S3 is spoken rightly is tried on a real one. Signatures are not looked at.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

export interface Dialect {
  /** Whether `If-None-Match: *` is heeded. */
  readonly refusesTaken: boolean;
  /** Which checksums of bodies are compared with them. */
  readonly verifies: readonly ('crc32' | 'md5')[];
  /** Whether ETags are the MD5 of bodies, or something else: they are where a key service encrypts. */
  readonly etags: 'md5' | 'other';
  readonly hasBatches: boolean;
}

export interface OtherS3 {
  readonly endpoint: string;
  readonly bucket: string;
  /** Methods, and the parameter that makes them what they are, in order of arrival. */
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly crc32?: string;
}

interface Upload {
  readonly name: string;
  readonly isChecked: boolean;
  readonly parts: Map<number, Stored>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const SMALLEST_PART = 5 * 1024 * 1024;

export async function startOtherS3(dialect: Dialect): Promise<OtherS3> {
  const bucket = 'layers';
  const objects = new Map<string, Stored>();
  const uploads = new Map<string, Upload>();
  const seen: string[] = [];

  function storedFrom(bytes: Buffer, { headers }: IncomingMessage, isCheckedPart: boolean | undefined): Stored {
    const md5 = createHash('md5').update(bytes).digest();
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    const sentCrc = headers['x-amz-checksum-crc32'];
    const isWrong =
      (dialect.verifies.includes('crc32') && sentCrc !== undefined && sentCrc !== sum.toString('base64')) ||
      (dialect.verifies.includes('md5') &&
        (headers['content-md5'] ?? md5.toString('base64')) !== md5.toString('base64'));
    if (isWrong) throw new Refusal(400, 'BadDigest');
    // As Amazon does: what was agreed on when the upload began must come with each part, and nothing else may.
    if (
      isCheckedPart !== undefined &&
      dialect.verifies.includes('crc32') &&
      isCheckedPart !== (sentCrc !== undefined)
    ) {
      throw new Refusal(400, 'InvalidRequest');
    }
    const etag = dialect.etags === 'md5' ? md5.toString('hex') : crypto.randomUUID();
    return { bytes, etag, modifiedAt: new Date(), ...(sentCrc !== undefined && { crc32: String(sentCrc) }) };
  }

  function uploadOf(id: string | null): Upload {
    const upload = uploads.get(id ?? '');
    if (!upload) throw new Refusal(404, 'NoSuchUpload');
    return upload;
  }

  function complete(id: string | null, named: string): void {
    const { name, parts, isChecked } = uploadOf(id);
    const wanted = [...named.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      part: parts.get(Number(textOf(part, 'PartNumber'))),
      etag: textOf(part, 'ETag')?.replaceAll('&quot;', '').replaceAll('"', ''),
      crc32: textOf(part, 'ChecksumCRC32'),
    }));
    const stored = wanted.map(({ part, etag, crc32: sum }) => {
      if (!part || part.etag !== etag) throw new Refusal(400, 'InvalidPart');
      if (isChecked && dialect.verifies.includes('crc32') && part.crc32 !== sum) throw new Refusal(400, 'InvalidPart');
      return part;
    });
    if (stored.length === 0) throw new Refusal(400, 'MalformedXML');
    if (stored.slice(0, -1).some(({ bytes }) => bytes.length < SMALLEST_PART)) throw new Refusal(400, 'EntityTooSmall');
    const bytes = Buffer.concat(stored.map((part) => part.bytes));
    objects.set(name, { bytes, etag: `${crypto.randomUUID()}-${stored.length}`, modifiedAt: new Date() });
    uploads.delete(id ?? '');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', 'http://any');
    const name = decodeURIComponent(url.pathname.slice(bucket.length + 2));
    const query = url.searchParams;
    const uploadId = query.get('uploadId');
    const what = ['uploads', 'delete', 'partNumber', 'uploadId', 'list-type'].find((it) => query.has(it));
    const asked = what === undefined ? method : `${method} ${what}`;
    seen.push(asked);
    const body = Buffer.concat(await request.toArray());

    switch (asked) {
      case 'PUT': {
        const stored = storedFrom(body, request, undefined);
        if (dialect.refusesTaken && headers['if-none-match'] === '*' && objects.has(name)) {
          throw new Refusal(412, 'PreconditionFailed');
        }
        objects.set(name, stored);
        return void response.setHeader('ETag', `"${stored.etag}"`).end();
      }
      case 'HEAD':
      case 'GET':
        return sendObject(objects.get(name), request, response);
      case 'DELETE':
        objects.delete(name);
        return void response.writeHead(204).end();
      case 'POST delete': {
        if (!dialect.hasBatches) throw new Refusal(501, 'NotImplemented');
        for (const [, key = ''] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(key);
        return sendXml(response, '<DeleteResult/>');
      }
      case 'POST uploads': {
        const id = crypto.randomUUID();
        uploads.set(id, { name, isChecked: headers['x-amz-checksum-algorithm'] === 'CRC32', parts: new Map() });
        return sendXml(
          response,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      case 'PUT partNumber': {
        const upload = uploadOf(uploadId);
        const part = storedFrom(body, request, upload.isChecked);
        upload.parts.set(Number(query.get('partNumber')), part);
        return void response.setHeader('ETag', `"${part.etag}"`).end();
      }
      case 'POST uploadId':
        complete(uploadId, body.toString());
        return sendXml(response, '<CompleteMultipartUploadResult/>');
      case 'DELETE uploadId':
        uploadOf(uploadId);
        uploads.delete(uploadId ?? '');
        return void response.writeHead(204).end();
      case 'GET uploadId': {
        const parts = [...uploadOf(uploadId).parts].sort(([a], [b]) => a - b);
        return sendXml(response, `<ListPartsResult>${parts.map(partXml).join('')}</ListPartsResult>`);
      }
      case 'GET uploads': {
        const found = [...uploads].filter(([, upload]) => upload.name.startsWith(query.get('prefix') ?? ''));
        const xml = found.map(([id, upload]) => `<Upload><Key>${upload.name}</Key><UploadId>${id}</UploadId></Upload>`);
        return sendXml(response, `<ListMultipartUploadsResult>${xml.join('')}</ListMultipartUploadsResult>`);
      }
      case 'GET list-type': {
        const found = [...objects].filter(([key]) => key.startsWith(query.get('prefix') ?? ''));
        return sendXml(response, `<ListBucketResult>${found.map(objectXml).join('')}</ListBucketResult>`);
      }
      default:
        throw new Refusal(501, 'NotImplemented');
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, code } = error instanceof Refusal ? error : new Refusal(500, String(error));
      sendXml(response.writeHead(status), `<Error><Code>${code}</Code></Error>`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    bucket,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function sendObject(stored: Stored | undefined, { method, headers }: IncomingMessage, response: ServerResponse): void {
  if (!stored) throw new Refusal(404, 'NoSuchKey');
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const end = last === undefined ? stored.bytes.length : Math.min(Number(last) + 1, stored.bytes.length);
  const bytes = stored.bytes.subarray(Number(first ?? 0), end);
  response.writeHead(first === undefined ? 200 : 206, {
    ETag: `"${stored.etag}"`,
    'Content-Length': bytes.length,
    ...(first !== undefined && { 'Content-Range': `bytes ${first}-${end - 1}/${stored.bytes.length}` }),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function sendXml(response: ServerResponse, xml: string): void {
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function objectXml([name, { bytes, modifiedAt }]: [string, Stored]): string {
  const time = modifiedAt.toISOString();
  return `<Contents><Key>${name}</Key><Size>${bytes.length}</Size><LastModified>${time}</LastModified></Contents>`;
}

function partXml([number, { bytes, etag, crc32: sum }]: [number, Stored]): string {
  const checksum = sum === undefined ? '' : `<ChecksumCRC32>${sum}</ChecksumCRC32>`;
  return `<Part><PartNumber>${number}</PartNumber><Size>${bytes.length}</Size><ETag>"${etag}"</ETag>${checksum}</Part>`;
}

function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(xml)?.[1];
}

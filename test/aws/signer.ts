import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RawRequest } from '../../src/aws/sigv4/raw-request.ts';

/** The hash that the SDK's signer asks for, by node:crypto. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash | typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('The signer uses each hash once.');
  }
}

export interface Signing {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly at: Date;
  /** Seconds: signs the address instead of the headers. */
  readonly presignFor?: number;
}

export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Signs as the AWS SDK for JavaScript does, and gives the request as it would arrive over the wire. */
export async function signedRequest(unsigned: Unsigned, signing: Signing): Promise<RawRequest> {
  const { accessKeyId, secretAccessKey, sessionToken, region = 'us-east-1', service = 'ecr' } = signing;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = new HttpRequest({
    ...unsigned,
    query: { ...unsigned.query },
    hostname: 'localhost',
    protocol: 'https:',
  });
  const options = { signingDate: signing.at };
  const signed =
    signing.presignFor === undefined
      ? await signer.sign(request, options)
      : await signer.presign(request, { ...options, expiresIn: signing.presignFor });

  const query = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
    [value ?? ''].flat().map((it) => `${encodeURIComponent(name)}=${encodeURIComponent(it)}`),
  );
  return {
    method: signed.method,
    url: wire(signed.path) + (query.length > 0 ? `?${query.join('&')}` : ''),
    rawHeaders: Object.entries(signed.headers).flatMap(([name, value]) => [name, wire(value)]),
    body: new Uint8Array(Buffer.from(unsigned.body)),
  };
}

/** One character per byte, as node:http reads it. */
function wire(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

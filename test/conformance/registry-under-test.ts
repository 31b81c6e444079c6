import { createHash } from 'node:crypto';
import type { Answer, Client } from './http-client.ts';

/** A running registry that the suite may fill. */
export interface RegistryUnderTest {
  readonly url: string;
  /** An Authorization header that may do everything. */
  readonly authorization: string;
  /** The name of an empty repository that nobody else uses. */
  freshRepository(): Promise<string>;
  stop(): Promise<void>;
}

/** What a group of tests is given: the client and the registry, once they run. */
export interface Subject {
  readonly client: Client;
  readonly registry: RegistryUnderTest;
}

export const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';
export const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
export const ABSENT = `sha256:${'0'.repeat(64)}`;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [more: string]: unknown;
}

export function digestOf(bytes: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

let made = 0;

/** Bytes that no other test has. */
export function aBlob(size = 100): Buffer {
  const block = Buffer.from(`blob ${process.pid} ${made++} `);
  return Buffer.alloc(size, block);
}

/** Pushes in two requests, POST and PUT, and answers the descriptor. */
export async function pushBlob(
  client: Client,
  repository: string,
  bytes: Buffer,
  { mediaType = LAYER, algorithm = 'sha256' as 'sha256' | 'sha512' } = {},
): Promise<Descriptor> {
  const digest = digestOf(bytes, algorithm);
  const start = await client.send('POST', `/v2/${repository}/blobs/uploads/?digest-algorithm=${algorithm}`);
  const end = await client.send('PUT', withQuery(locationOf(start), `digest=${digest}`), { body: bytes });
  if (end.status !== 201) throw new Error(`blob push answered ${end.status}: ${end.body}`);
  return { mediaType, digest, size: bytes.length };
}

export interface ManifestParts {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly [more: string]: unknown;
}

/** A manifest whose blobs are in `repository`; `more` are members beside the usual ones. */
export async function anImage(client: Client, repository: string, more: ManifestParts = {}): Promise<Buffer> {
  const config = more.config ?? (await pushBlob(client, repository, aBlob(), { mediaType: CONFIG }));
  const layers = more.layers ?? [await pushBlob(client, repository, aBlob())];
  return json({ schemaVersion: 2, mediaType: IMAGE, ...more, config, layers });
}

export function anIndex(manifests: readonly Descriptor[], more: Record<string, unknown> = {}): Buffer {
  return json({ schemaVersion: 2, mediaType: INDEX, manifests, ...more });
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** PUTs a manifest as it is; by its digest when no reference is given. */
export function putManifest(
  client: Client,
  repository: string,
  manifest: Buffer,
  { reference = digestOf(manifest), mediaType = IMAGE, query = '' } = {},
): Promise<Answer> {
  return client.send('PUT', `/v2/${repository}/manifests/${reference}${query}`, {
    headers: { 'Content-Type': mediaType },
    body: manifest,
  });
}

/** Pushes an image and answers the descriptor of its manifest. */
export async function pushImage(
  client: Client,
  repository: string,
  { tag, ...more }: ManifestParts & { readonly tag?: string } = {},
): Promise<Descriptor & { readonly manifest: Buffer }> {
  const manifest = await anImage(client, repository, more);
  const put = await putManifest(client, repository, manifest, tag === undefined ? {} : { reference: tag });
  if (put.status !== 201) throw new Error(`manifest push answered ${put.status}: ${put.body}`);
  return { mediaType: IMAGE, digest: digestOf(manifest), size: manifest.length, manifest };
}

/** The upload's address with another query parameter behind those that it has. */
export function withQuery(location: string, parameter: string): string {
  return `${location}${location.includes('?') ? '&' : '?'}${parameter}`;
}

export function locationOf(answer: Answer): string {
  const { location } = answer.headers;
  if (location === undefined) throw new Error(`no Location in an answer of ${answer.status}: ${answer.body}`);
  return location;
}

/** The codes of the errors in an answer; throws when it is not in the form of the specification. */
export function errorCodes(answer: Answer): string[] {
  const { errors } = JSON.parse(answer.body.toString('utf8')) as { errors: { code: string; message?: string }[] };
  return errors.map((it) => it.code);
}

export function jsonOf<T>(answer: Answer): T {
  return JSON.parse(answer.body.toString('utf8')) as T;
}

/** The target of the Link header with rel="next"; undefined when there is none. */
export function nextOf(answer: Answer): string | undefined {
  const link = answer.headers['link'];
  const [, target] = /^<([^>]+)>;\s*rel="next"$/.exec(typeof link === 'string' ? link : '') ?? [];
  return target;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../test/manifests.ts';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../values/media-type.ts';
import { Refusal } from '../values/refusal.ts';
import { parseManifest } from './parse-manifest.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: A, size: 2 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: B, size: 3 };

const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: CONFIG, layers: [LAYER] };
const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest: A, size: 7 }] };

function parse(json: unknown, options: { mediaType?: string; fidelity?: 'superset' | 'aws-strict' } = {}) {
  const bytes = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  return parseManifest(bytes, { mediaType: options.mediaType, fidelity: options.fidelity ?? 'superset' });
}

test('an image needs its config and its layers, and its digest is that of the bytes as they came', () => {
  const text = `${JSON.stringify(image, null, 3)}\n`;
  const manifest = parse(text);
  expect(manifest.digest).toBe(sha256(Buffer.from(text)));
  expect(manifest.layers.map((it) => it.digest)).toEqual([A, B]);
  expect(manifest.artifactType).toBe(CONFIG.mediaType);
  expect(manifest.children).toEqual([]);
});

test('layers that say where else they are need not be here', () => {
  const manifest = parse({ ...image, layers: [{ ...LAYER, urls: ['https://elsewhere.example/layer'] }] });
  expect(manifest.layers.map((it) => it.digest)).toEqual([A]);
  expect(manifest.foreignLayers.map((it) => it.digest)).toEqual([B]);
});

test('what an index holds that is no image is a layer: BuildKit keeps its cache so', () => {
  const manifest = parse({ ...index, manifests: [LAYER, ...index.manifests] });
  expect(manifest.layers.map((it) => it.digest)).toEqual([B]);
  expect(manifest.children.map((it) => it.digest)).toEqual([A]);
});

test('an index and a list of no images is empty, not wrong', () => {
  expect(parse({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }).children).toEqual([]);
});

test('the media type may come from the request alone', () => {
  const { mediaType: _, ...unnamed } = image;
  expect(parse(unnamed, { mediaType: OCI_MANIFEST }).mediaType).toBe(OCI_MANIFEST);
});

test('an artifact type wins over the media type of the config, unless it is empty', () => {
  expect(parse({ ...image, artifactType: 'application/x' }).artifactType).toBe('application/x');
  expect(parse({ ...image, artifactType: '' }).artifactType).toBe(CONFIG.mediaType);
  expect(parse(index).artifactType).toBeUndefined();
});

test('a sha512 manifest is known by its sha512', () => {
  const bytes = Buffer.from(JSON.stringify(image));
  const manifest = parseManifest(bytes, { mediaType: undefined, fidelity: 'superset', digestAlgorithm: 'sha512' });
  expect(manifest.digest).toMatch(/^sha512:[0-9a-f]{128}$/);
});

describe('what is refused', () => {
  test.each<[string, unknown, string | undefined]>([
    ['no JSON', '{', undefined],
    ['text that is not UTF-8', '', undefined],
    ['a list', [], undefined],
    ['no media type anywhere', { ...image, mediaType: undefined }, undefined],
    ['two media types', image, DOCKER_MANIFEST],
    ['an unknown media type', { ...image, mediaType: 'application/json' }, undefined],
    ['a media type with a parameter', { ...image, mediaType: `${OCI_MANIFEST}; a=b` }, undefined],
    ['the withdrawn artifact manifest', { mediaType: 'application/vnd.oci.artifact.manifest.v1+json' }, undefined],
    ['another schema version', { ...image, schemaVersion: 1 }, undefined],
    ['no config', { ...image, config: undefined }, undefined],
    ['no layers', { ...image, layers: undefined }, undefined],
    ['an image that is an index too', { ...image, manifests: [] }, undefined],
    ['an index that is an image too', { ...index, layers: [] }, undefined],
    ['a negative size', { ...image, layers: [{ ...LAYER, size: -1 }] }, undefined],
    ['an absurd size', { ...image, layers: [{ ...LAYER, size: 1e300 }] }, undefined],
    ['a size that is a text', { ...image, layers: [{ ...LAYER, size: '3' }] }, undefined],
    ['a short digest', { ...image, layers: [{ ...LAYER, digest: 'sha256:abc' }] }, undefined],
    ['a digest of another algorithm', { ...image, layers: [{ ...LAYER, digest: `md5:${'a'.repeat(32)}` }] }, undefined],
    ['a subject that is no descriptor', { ...image, subject: 'sha256:abc' }, undefined],
    ['annotations that are no texts', { ...image, annotations: { a: 1 } }, undefined],
  ])('%s', (_, json, mediaType) => {
    const parsing = () => parse(json, mediaType === undefined ? {} : { mediaType });
    expect(parsing).toThrow(
      /^Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'/,
    );
  });

  test('invalid UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from(JSON.stringify(image).slice(0, -1)),
      Buffer.from(',"x":"\xff"}', 'latin1'),
    ]);
    expect(() => parseManifest(bytes, { mediaType: undefined, fidelity: 'superset' })).toThrow(Refusal);
  });

  test.each<[string, unknown]>([
    ['a layer media type with a parameter', { ...image, layers: [{ ...LAYER, mediaType: 'application/x;a=b' }] }],
    ['an index of layers', { ...index, manifests: [LAYER] }],
    ['a sha512 layer', { ...image, layers: [{ ...LAYER, digest: `sha512:${'c'.repeat(128)}` }] }],
  ])('%s, by ECR alone', (_, json) => {
    expect(() => parse(json, { fidelity: 'aws-strict' })).toThrow(/'Invalid JSON syntax'$/);
    expect(() => parse(json)).not.toThrow();
  });
});

test('whatever comes is either understood or refused, never a fault of ours', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant(A), fc.constant(OCI_MANIFEST));
  const member = fc.constantFrom(
    'mediaType',
    'config',
    'layers',
    'manifests',
    'subject',
    'digest',
    'size',
    'urls',
    'annotations',
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(member, tie('json'), { maxKeys: 5 }),
      fc.dictionary(member, tie('json'), { maxKeys: 5 }).map((it) => ({ ...image, ...it })),
    ),
  }));
  fc.assert(
    fc.property(json, fc.constantFrom('superset' as const, 'aws-strict' as const), (value, fidelity) => {
      try {
        expect(parse(value, { fidelity }).bytes.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 3_000 },
  );
});

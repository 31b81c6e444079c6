import { createHash } from 'node:crypto';
import { type Digest, type DigestAlgorithm, digestOf } from '../values/digest.ts';
import type { Fidelity } from '../values/fidelity.ts';
import { isIndexMediaType, isManifestMediaType, type ManifestMediaType } from '../values/media-type.ts';
import { type Descriptor, descriptorAt, type JsonObject, objectAt, stringAt, textMapAt } from './manifest-json.ts';
import { ManifestInvalid } from './refusals.ts';

/** A manifest that has been understood. Its bytes are kept and served exactly as they came. */
export interface Manifest {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: ManifestMediaType;
  /** What ECR calls artifactMediaType: `artifactType`, else the config's media type. */
  readonly artifactType: string | undefined;
  /** Config, layers, and what an index holds that is not an image: all that must be layers of the repository. */
  readonly layers: readonly Descriptor[];
  /** Layers that are fetched elsewhere (`urls`): they count in the size and need not be here. */
  readonly foreignLayers: readonly Descriptor[];
  /** The images of an index. */
  readonly children: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

export interface ParseManifest {
  /** As the caller named it; else what the manifest says. */
  readonly mediaType: string | undefined;
  readonly fidelity: Fidelity;
  readonly digestAlgorithm?: DigestAlgorithm;
}

/**
 * Reads an image manifest or index: image-spec 1.1 and Docker's image manifest version 2, schema 2.
 *
 * @throws ManifestInvalid, saying what is wrong with it.
 */
export function parseManifest(bytes: Buffer, options: ParseManifest): Manifest {
  const json = parseObject(bytes);
  const mediaType = mediaTypeOf(json, options.mediaType);
  if (json['schemaVersion'] !== 2) throw ManifestInvalid({ why: 'schemaVersion must be 2' });

  const isIndex = isIndexMediaType(mediaType);
  // One document must not be an image to one reader and an index to another (CVE-2021-41190).
  const foreign = isIndex ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers'];
  for (const member of foreign) {
    if (json[member] !== undefined) throw ManifestInvalid({ why: `${mediaType} has no member '${member}'` });
  }

  const subject = json['subject'] === undefined ? undefined : descriptorAt(json['subject'], 'subject');
  const common = {
    bytes,
    digest: digestOf(options.digestAlgorithm ?? 'sha256', hash(options.digestAlgorithm ?? 'sha256', bytes)),
    mediaType,
    subject,
    annotations: textMapAt(json, 'annotations'),
  };
  const parts = isIndex ? indexParts(json) : imageParts(json);
  if (options.fidelity === 'aws-strict') refuseAsEcr(parts, isIndex);
  return { ...common, ...parts };
}

type Parts = Pick<Manifest, 'artifactType' | 'layers' | 'foreignLayers' | 'children'>;

function imageParts(json: JsonObject): Parts {
  const config = descriptorAt(json['config'], 'config');
  const layers = descriptorsAt(json, 'layers');
  return {
    artifactType: stringAt(json, 'artifactType') || config.mediaType,
    layers: [config, ...layers.filter((layer) => !layer.isForeign)],
    foreignLayers: layers.filter((layer) => layer.isForeign),
    children: [],
  };
}

function indexParts(json: JsonObject): Parts {
  const entries = descriptorsAt(json, 'manifests');
  return {
    artifactType: stringAt(json, 'artifactType') || undefined,
    // BuildKit's registry cache is an index whose entries are layers and a config.
    layers: entries.filter((entry) => !isManifestMediaType(entry.mediaType)),
    foreignLayers: [],
    children: entries.filter((entry) => isManifestMediaType(entry.mediaType)),
  };
}

/** docs/differences.md, "Media types with parameters" and "BuildKit's cache index". */
function refuseAsEcr(parts: Parts, isIndex: boolean): void {
  const all = [...parts.layers, ...parts.foreignLayers, ...parts.children];
  if (all.some((it) => it.mediaType.includes(';')) || parts.artifactType?.includes(';')) throw ManifestInvalid({});
  if (isIndex && parts.layers.length > 0) throw ManifestInvalid({});
  if (all.some((it) => !it.digest.startsWith('sha256:'))) throw ManifestInvalid({});
}

function descriptorsAt(json: JsonObject, member: string): Descriptor[] {
  const list = json[member];
  if (!Array.isArray(list)) throw ManifestInvalid({ why: `${member} must be a list` });
  return list.map((item, i) => descriptorAt(item, `${member}[${i}]`));
}

function mediaTypeOf(json: JsonObject, named: string | undefined): ManifestMediaType {
  const own = stringAt(json, 'mediaType');
  if (named !== undefined && own !== undefined && own !== named) {
    throw ManifestInvalid({ why: `the manifest says mediaType ${own}, the request ${named}` });
  }
  const mediaType = named ?? own;
  if (mediaType === undefined) {
    throw ManifestInvalid({ why: 'image manifest mediatype not provided in manifest or parameter' });
  }
  if (!isManifestMediaType(mediaType))
    throw ManifestInvalid({ why: `media type ${mediaType} is not one of a manifest` });
  return mediaType;
}

function parseObject(bytes: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw ManifestInvalid({});
  }
  return objectAt(parsed, 'the manifest');
}

function hash(algorithm: DigestAlgorithm, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

import { repositoryIn } from '../registry/get-repository.ts';
import type { ImageId } from '../registry/image-id.ts';
import { namedImageIn } from '../registry/named-image.ts';
import type { ImageFacts } from '../storage/metadata/images.ts';
import { isIndexMediaType } from '../values/media-type.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { ImageArchived, ImageTypeUnsupported, ScanNotFound, ScanningDisabled } from './refusals.ts';
import { getScanningConfiguration } from './registry-configuration.ts';

export interface OfImage {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly imageId: ImageId;
}

type Scanning = Pick<World, 'metadata'>;

/** The types of configs that images for machines have: what can be scanned has packages. */
const IMAGES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/**
 * Refuses to scan the image: there is no scanner in this version, and a scan that never ends would keep who waits for it
 * waiting (docs/differences.md, Scans). What ECR would not scan either is refused in its words first. API_StartImageScan.
 *
 * @throws RepositoryNotFound, ImageNotFound, ImageArchived, ImageTypeUnsupported, ScanningDisabled
 */
export async function startImageScan(world: Scanning, of: OfImage): Promise<never> {
  const image = await imageOf(world, of);
  const { scanType } = await getScanningConfiguration(world, of.registry);
  if (scanType === 'ENHANCED') throw ScanningDisabled({ why: 'the scan type of the registry is ENHANCED' });
  if (image.status === 'ARCHIVED') throw ImageArchived(factsOf(of, image));
  if (!canBeScanned(image)) throw ImageTypeUnsupported({ mediaType: image.artifact_type ?? image.media_type });
  throw ScanningDisabled({ why: 'this registry has no scanner' });
}

/**
 * Says that the image was never scanned. API_DescribeImageScanFindings.
 *
 * @throws RepositoryNotFound, ImageNotFound, ScanNotFound
 */
export async function describeImageScan(world: Scanning, of: OfImage): Promise<never> {
  throw ScanNotFound(factsOf(of, await imageOf(world, of)));
}

function imageOf({ metadata }: Scanning, { registry, repositoryName, imageId }: OfImage): Promise<ImageFacts> {
  return metadata.read(async (tx) => namedImageIn(tx, await repositoryIn(tx, registry, repositoryName), imageId));
}

/** An index is scanned by its children; signatures and other artifacts have no packages. */
function canBeScanned({ media_type: mediaType, artifact_type: artifactType, subject_digest: subject }: ImageFacts) {
  return !isIndexMediaType(mediaType) && subject === null && (artifactType === null || IMAGES.has(artifactType));
}

/** The image by all that was said of it, and its digest. */
function factsOf({ registry, repositoryName, imageId }: OfImage, { digest }: ImageFacts) {
  return { ...imageId, imageDigest: digest, repositoryName, registryId: registry.account };
}

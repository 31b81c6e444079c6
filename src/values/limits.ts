const MIB = 1024 * 1024;

/** ECR's published quotas ("Amazon ECR service quotas"), per registry where nothing else is said. */
export interface Limits {
  readonly repositoriesPerRegistry: number;
  readonly imagesPerRepository: number;
  readonly tagsPerImage: number;
  readonly tagsPerRepository: number;
  readonly pullTimeExclusionsPerRegistry: number;
  readonly partsPerUpload: number;
  readonly layerSizeInBytes: number;
  readonly manifestSizeInBytes: number;
  /** All parts of an ECR layer upload but the last have at least this many bytes. */
  readonly smallestPartInBytes: number;
  readonly pullThroughCacheRulesPerRegistry: number;
  readonly creationTemplatesPerRegistry: number;
  /** Different ones over all rules of its replication configuration. */
  readonly replicationDestinationsPerRegistry: number;
}

export const ECR_LIMITS: Limits = {
  repositoriesPerRegistry: 100_000,
  imagesPerRepository: 100_000,
  tagsPerImage: 1_000,
  tagsPerRepository: 50,
  pullTimeExclusionsPerRegistry: 100,
  partsPerUpload: 4_200,
  layerSizeInBytes: 52_000 * MIB,
  manifestSizeInBytes: 4 * MIB,
  smallestPartInBytes: 5 * MIB,
  pullThroughCacheRulesPerRegistry: 50,
  // Not published; that of rules, beside which templates are made.
  creationTemplatesPerRegistry: 50,
  replicationDestinationsPerRegistry: 25,
};

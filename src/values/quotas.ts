import { ECR_LIMITS, type Limits } from './limits.ts';

/** A published quota of ECR ("Amazon ECR service quotas"), in each account and region. */
export interface Quota {
  /** What a setting calls it. */
  readonly key: string;
  /** What the Service Quotas API calls it. Where Amazon's code is not known, one that cannot be taken for Amazon's. */
  readonly code: string;
  readonly name: string;
  readonly unit: 'None' | 'Megabytes';
  readonly value: number;
  /** Whether AWS raises it for who asks. */
  readonly adjustable: boolean;
  /** What it bounds here, and how many of the limit's units one of the quota is. A quota of neither kind cannot be set. */
  readonly limit?: { readonly of: keyof Limits; readonly scale: number };
  /** The operation whose calls in a second it bounds. */
  readonly rateOf?: string;
}

/** Values that somebody set, by the quotas' keys. */
export type QuotaValues = ReadonlyMap<string, number>;

const MIB = 1024 * 1024;

/** Name, and the limit that it is; `scale` where they count in different units. */
const LIMITS: readonly (readonly [name: string, of: keyof Limits, more?: Partial<Quota> & { scale?: number }])[] = [
  ['Registered repositories', 'repositoriesPerRegistry', { code: 'L-CFEB8E8D', adjustable: true }],
  ['Images per repository', 'imagesPerRepository', { code: 'L-03A36CE1', adjustable: true }],
  ['Tags per image', 'tagsPerImage'],
  ['Layer parts', 'partsPerUpload'],
  ['Minimum layer part size', 'smallestPartInBytes', { unit: 'Megabytes', scale: MIB }],
  ['Maximum layer size', 'layerSizeInBytes', { unit: 'Megabytes', scale: MIB }],
  ['Manifest size', 'manifestSizeInBytes', { unit: 'Megabytes', scale: MIB }],
  ['Resource tags per repository', 'tagsPerRepository'],
  ['Pull through cache rules per registry', 'pullThroughCacheRulesPerRegistry'],
  ['Pull time update exclusions per registry', 'pullTimeExclusionsPerRegistry'],
  ['Unique destinations across all rules in a replication configuration', 'replicationDestinationsPerRegistry'],
];

/** What the model's constraints and the forms of documents bound: nobody can change it. */
const FIXED: readonly (readonly [name: string, value: number])[] = [
  ['Lifecycle policy length', 30_720],
  ['Rules per lifecycle policy', 50],
  ['Rules per replication configuration', 10],
  ['Filters per rule in a replication configuration', 100],
  ['Repository policy length', 10_240],
  ['Registry policy length', 10_240],
  ['Rules per signing configuration', 10],
  ['Filters per rule in a signing configuration', 100],
  ['Tag mutability exclusion filters per repository', 5],
];

/** Calls in a second. */
const RATES: Readonly<Record<string, number>> = {
  BatchCheckLayerAvailability: 1_000,
  BatchGetImage: 2_000,
  CompleteLayerUpload: 100,
  GetAuthorizationToken: 500,
  GetDownloadUrlForLayer: 3_000,
  InitiateLayerUpload: 100,
  PutImage: 10,
  UploadLayerPart: 500,
};

export const QUOTAS: readonly Quota[] = [
  ...LIMITS.map(([name, of, { scale = 1, ...more } = {}]) => ({
    ...usual(name, ECR_LIMITS[of] / scale),
    ...more,
    limit: { of, scale },
  })),
  ...FIXED.map(([name, value]) => usual(name, value)),
  ...Object.entries(RATES).map(([operation, value]) => ({
    ...usual(`Rate of ${operation} requests`, value, `rate-of-${kebab(operation)}`),
    adjustable: true,
    rateOf: operation,
  })),
];

/** The limits that hold: ECR's, but for those that were set. */
export function limitsOf(values: QuotaValues): Limits {
  const set = QUOTAS.flatMap(({ key, limit }) => {
    const value = values.get(key);
    return limit && value !== undefined ? [[limit.of, value * limit.scale] as const] : [];
  });
  return { ...ECR_LIMITS, ...Object.fromEntries(set) };
}

/** Whether a setting may say what it is. */
export function isSettable({ limit, rateOf }: Quota): boolean {
  return limit !== undefined || rateOf !== undefined;
}

function usual(name: string, value: number, key: string = kebab(name)) {
  return { key, code: `BERTH-${key}`, name, unit: 'None' as const, value, adjustable: false };
}

function kebab(text: string): string {
  return text.replaceAll(/[a-z](?=[A-Z])|[ ]/g, (it) => `${it.trim()}-`).toLowerCase();
}

import type { UsageKind } from '../values/price-book.ts';

/** How Amazon's statements call the service. */
export const SERVICE_NAME = 'Amazon EC2 Container Registry (ECR)';
export const SERVICE_CODE = 'AmazonECR';

/** What stands before a usage type, by region ("Understanding your AWS billing and usage reports"). */
const REGIONS: Readonly<Record<string, string>> = {
  'us-east-1': 'USE1',
  'us-east-2': 'USE2',
  'us-west-1': 'USW1',
  'us-west-2': 'USW2',
  'ca-central-1': 'CAN1',
  'eu-west-1': 'EUW1',
  'eu-west-2': 'EUW2',
  'eu-west-3': 'EUW3',
  'eu-central-1': 'EUC1',
  'eu-north-1': 'EUN1',
  'eu-south-1': 'EUS1',
  'ap-east-1': 'APE1',
  'ap-northeast-1': 'APN1',
  'ap-northeast-2': 'APN2',
  'ap-northeast-3': 'APN3',
  'ap-southeast-1': 'APS1',
  'ap-southeast-2': 'APS2',
  'ap-south-1': 'APS3',
  'sa-east-1': 'SAE1',
  'me-south-1': 'MES1',
  'af-south-1': 'AFS1',
  'us-gov-west-1': 'UGW1',
  'us-gov-east-1': 'UGE1',
};

const TYPES: Readonly<Record<UsageKind, string>> = {
  storage: 'TimedStorage-ByteHrs',
  'archive-storage': 'TimedStorage-Archive-ByteHrs',
  'archive-early-delete': 'EarlyDelete-Archive-ByteHrs',
  'archive-retrieval': 'Retrieval-Archive-Bytes',
  'transfer-internet': 'DataTransfer-Out-Bytes',
  'transfer-other-region': 'AWS-Out-Bytes',
  'transfer-same-region': 'DataTransfer-Regional-Bytes',
  requests: 'Requests',
  scans: 'Image-Scans',
};

/** The usage type, such as `USE1-TimedStorage-ByteHrs`. To the internet from us-east-1 it stands without a region. */
export function usageTypeOf(kind: UsageKind, region: string): string {
  if (kind === 'transfer-internet' && region === 'us-east-1') return TYPES[kind];
  return `${REGIONS[region] ?? region.replaceAll('-', '').toUpperCase()}-${TYPES[kind]}`;
}

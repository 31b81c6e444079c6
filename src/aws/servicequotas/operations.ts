import type { Operation } from '../operation.ts';
import { GetAWSDefaultServiceQuota, ListAWSDefaultServiceQuotas } from './default-quotas.ts';
import { GetServiceQuota, ListServiceQuotas, ListServices } from './service-quotas.ts';

/** Every operation of Service Quotas that is served: those that read. Quotas are raised by settings. */
export const SERVICE_QUOTAS_OPERATIONS: readonly Operation[] = [
  GetAWSDefaultServiceQuota,
  GetServiceQuota,
  ListAWSDefaultServiceQuotas,
  ListServiceQuotas,
  ListServices,
];

import { rowsOf } from './rows.ts';

const ecr = { on: '*' as const, input: { ServiceCode: 'ecr' } };
const quota = { on: '*' as const, input: { ServiceCode: 'ecr', QuotaCode: 'L-CFEB8E8D' } };

export const SERVICE_QUOTAS_ROWS = rowsOf('servicequotas', {
  GetAWSDefaultServiceQuota: quota,
  GetServiceQuota: quota,
  ListAWSDefaultServiceQuotas: ecr,
  ListServiceQuotas: ecr,
  ListServices: '*',
});

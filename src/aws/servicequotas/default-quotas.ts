import { QUOTAS } from '../../values/quotas.ts';
import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
} from '../model/servicequotas.ts';
import { operation } from '../operation.ts';
import { describeQuota, mustBeEcr, nowhere, quotaWithCode } from './describe-quota.ts';
import { pageOf } from './pages.ts';

/** The quotas as Amazon publishes them, whatever holds here. API_ListAWSDefaultServiceQuotas. */
export const ListAWSDefaultServiceQuotas = operation<
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse
>({
  service: 'servicequotas',
  name: 'ListAWSDefaultServiceQuotas',
  action: 'servicequotas:ListAWSDefaultServiceQuotas',
  resource: () => '*',

  async handle(input, call) {
    mustBeEcr(input.ServiceCode);
    const all = QUOTAS.map((quota) => describeQuota(quota, quota.value, nowhere(call)));
    const { page, next } = pageOf(call, { list: 'ListAWSDefaultServiceQuotas', all }, input);
    return { Quotas: page, ...next };
  },
});

/** A quota as Amazon publishes it. API_GetAWSDefaultServiceQuota. */
export const GetAWSDefaultServiceQuota = operation<GetAWSDefaultServiceQuotaRequest, GetAWSDefaultServiceQuotaResponse>(
  {
    service: 'servicequotas',
    name: 'GetAWSDefaultServiceQuota',
    action: 'servicequotas:GetAWSDefaultServiceQuota',
    resource: () => '*',

    async handle(input, call) {
      const quota = quotaWithCode(input);
      return { Quota: describeQuota(quota, quota.value, nowhere(call)) };
    },
  },
);

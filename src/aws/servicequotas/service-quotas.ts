import { appliedValue } from '../../quotas/applied.ts';
import { NoSuchResource } from '../../quotas/refusals.ts';
import { QUOTAS } from '../../values/quotas.ts';
import type {
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ListServicesRequest,
  ListServicesResponse,
} from '../model/servicequotas.ts';
import { operation } from '../operation.ts';
import { describeQuota, ECR, mustBeEcr, quotaWithCode } from './describe-quota.ts';
import { pageOf } from './pages.ts';

/** The services whose quotas are known: ECR. API_ListServices. */
export const ListServices = operation<ListServicesRequest, ListServicesResponse>({
  service: 'servicequotas',
  name: 'ListServices',
  action: 'servicequotas:ListServices',
  resource: () => '*',

  async handle(input, call) {
    const { page, next } = pageOf(call, { list: 'ListServices', all: [ECR] }, input);
    return { Services: page, ...next };
  },
});

/** The quotas that hold in the caller's registry. Rates that nothing bounds are none. API_ListServiceQuotas. */
export const ListServiceQuotas = operation<ListServiceQuotasRequest, ListServiceQuotasResponse>({
  service: 'servicequotas',
  name: 'ListServiceQuotas',
  action: 'servicequotas:ListServiceQuotas',
  resource: () => '*',

  async handle(input, call) {
    mustBeEcr(input.ServiceCode);
    const all = QUOTAS.flatMap((quota) => {
      const value = appliedValue(quota, call.world.rules);
      const isWanted = (input.QuotaCode ?? quota.code) === quota.code && input.QuotaAppliedAtLevel !== 'RESOURCE';
      return value === undefined || !isWanted ? [] : [describeQuota(quota, value, call.registry)];
    });
    const list = `ListServiceQuotas ${input.QuotaCode ?? ''} ${input.QuotaAppliedAtLevel ?? ''}`;
    const { page, next } = pageOf(call, { list, all }, input);
    return { Quotas: page, ...next };
  },
});

/** What holds for a quota in the caller's registry. API_GetServiceQuota. */
export const GetServiceQuota = operation<GetServiceQuotaRequest, GetServiceQuotaResponse>({
  service: 'servicequotas',
  name: 'GetServiceQuota',
  action: 'servicequotas:GetServiceQuota',
  resource: () => '*',

  async handle(input, call) {
    const quota = quotaWithCode(input);
    const value = appliedValue(quota, call.world.rules);
    if (value === undefined) {
      throw NoSuchResource({ what: `Nothing bounds ${quota.name.toLowerCase()} here: BERTH_THROTTLING is off.` });
    }
    return { Quota: describeQuota(quota, value, call.registry) };
  },
});

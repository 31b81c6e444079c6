import { NoSuchResource } from '../../quotas/refusals.ts';
import { partitionOf } from '../../values/arn.ts';
import { QUOTAS, type Quota } from '../../values/quotas.ts';
import type { ServiceQuota } from '../model/servicequotas.ts';
import type { Call } from '../operation.ts';

/** The one service whose quotas are known. */
export const ECR = { ServiceCode: 'ecr', ServiceName: 'Amazon Elastic Container Registry (Amazon ECR)' } as const;

/** A quota as the API shows it. `account` is empty for what AWS has by default. */
export function describeQuota(
  { code, name, unit, adjustable, rateOf }: Quota,
  value: number,
  { account, region }: { readonly account: string; readonly region: string },
): ServiceQuota {
  return {
    ...ECR,
    QuotaArn: `arn:${partitionOf(region)}:servicequotas:${region}:${account}:${ECR.ServiceCode}/${code}`,
    QuotaCode: code,
    QuotaName: name,
    Value: value,
    Unit: unit,
    Adjustable: adjustable,
    GlobalQuota: false,
    ...(rateOf !== undefined && { Period: { PeriodValue: 1, PeriodUnit: 'SECOND' as const } }),
    ...(account !== '' && { QuotaAppliedAtLevel: 'ACCOUNT' as const }),
  };
}

/** @throws NoSuchResource for any service but ECR */
export function mustBeEcr(serviceCode: string): void {
  if (serviceCode !== ECR.ServiceCode) throw NoSuchResource({ what: `There is no service ${serviceCode} here.` });
}

/** @throws NoSuchResource */
export function quotaWithCode({ ServiceCode, QuotaCode }: { ServiceCode: string; QuotaCode: string }): Quota {
  mustBeEcr(ServiceCode);
  const quota = QUOTAS.find((it) => it.code === QuotaCode);
  if (!quota) throw NoSuchResource({ what: `There is no quota ${QuotaCode} of ${ServiceCode}.` });
  return quota;
}

/** Where a default quota is: in no account. */
export function nowhere({ registry }: Pick<Call, 'registry'>) {
  return { account: '', region: registry.region };
}

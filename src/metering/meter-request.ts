import type { Act } from '../audit/act.ts';
import type { Meter } from '../world.ts';

/**
 * Counts a request to ECR, by the operation that it was or stood for: of the repository that it was about, or where it was
 * about none, or was refused, of the caller's own account.
 */
export function meterRequest(meter: Meter, { source, name, principal, region, resources, error }: Act): void {
  if (source !== 'ecr.amazonaws.com' || name === undefined || principal === undefined) return;
  const repository = error === undefined ? repositoryOf(resources[0] ?? '') : undefined;
  meter.add({
    registry: repository?.registry ?? { account: principal.account, region: region ?? '' },
    repositoryName: repository?.repositoryName ?? '',
    kind: 'requests',
    operation: name,
    quantity: 1,
  });
}

function repositoryOf(arn: string) {
  const [, region = '', account = '', repositoryName = ''] =
    /^arn:[a-z-]+:ecr:([^:]+):([0-9]{12}):repository\/(.+)$/.exec(arn) ?? [];
  return account === '' ? undefined : { registry: { account, region }, repositoryName };
}

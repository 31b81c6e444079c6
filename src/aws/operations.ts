import type { Service } from './model/models.ts';
import type { Operation } from './operation.ts';

/** Where the operations of each service are: loaded, with its model, when somebody first calls one of them. */
const LOADING: Readonly<Record<Service, () => Promise<readonly Operation[]>>> = {
  ecr: async () => (await import('./ecr/operations.ts')).ECR_OPERATIONS,
  iam: async () => (await import('./iam/operations.ts')).IAM_OPERATIONS,
  sts: async () => (await import('./sts/operations.ts')).STS_OPERATIONS,
  kms: async () => (await import('./kms/operations.ts')).KMS_OPERATIONS,
  cloudtrail: async () => (await import('./cloudtrail/operations.ts')).CLOUDTRAIL_OPERATIONS,
  events: async () => (await import('./events/operations.ts')).EVENTS_OPERATIONS,
  signer: async () => (await import('./signer/operations.ts')).SIGNER_OPERATIONS,
  ce: async () => (await import('./ce/operations.ts')).CE_OPERATIONS,
  servicequotas: async () => (await import('./servicequotas/operations.ts')).SERVICE_QUOTAS_OPERATIONS,
};

const loaded = new Map<Service, Promise<ReadonlyMap<string, Operation>>>();

/** The operations of a service, by name. */
export function operationsOf(service: Service): Promise<ReadonlyMap<string, Operation>> {
  let operations = loaded.get(service);
  if (!operations) {
    operations = LOADING[service]().then((all) => new Map(all.map((it) => [it.name, it])));
    loaded.set(service, operations);
  }
  return operations;
}

/** Those of all services. */
export async function allOperations(): Promise<readonly Operation[]> {
  const services = Object.keys(LOADING) as Service[];
  const all = await Promise.all(services.map(operationsOf));
  return all.flatMap((operations) => [...operations.values()]);
}

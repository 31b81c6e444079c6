import { readFileSync } from 'node:fs';
import { loadModel, type Model } from './model.ts';

/** The services that Berth speaks for. A service's facts are in the file of its name, its types beside them. */
const SERVICES = ['ecr', 'iam', 'sts', 'kms', 'cloudtrail', 'signer', 'events', 'ce', 'servicequotas'] as const;

export type Service = (typeof SERVICES)[number];

/**
 * The published API models, by service. Each is read when somebody first asks for it: together they are megabytes that a
 * node which only serves pulls never needs.
 */
export const MODELS: Readonly<Record<Service, Model>> = readWhenAsked();

function readWhenAsked(): Record<Service, Model> {
  const models = {} as Record<Service, Model>;
  for (const service of SERVICES) {
    let model: Model | undefined;
    Object.defineProperty(models, service, { enumerable: true, get: () => (model ??= read(service)) });
  }
  return models;
}

function read(service: Service): Model {
  return loadModel(JSON.parse(readFileSync(new URL(`${service}.json`, import.meta.url), 'utf8')));
}

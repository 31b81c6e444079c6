import type { World } from '../world.ts';

/** What the registry core may touch. */
export type Core = Pick<
  World,
  'metadata' | 'blobs' | 'hashing' | 'clock' | 'ids' | 'log' | 'actor' | 'rules' | 'rootKey' | 'installationId'
>;

import type { ImageStatusFilter } from '../model/ecr.ts';

/** Whether a filter on the status lets images through: all are active, since none can be archived yet. */
export function hasImagesOfStatus(filter: ImageStatusFilter | undefined): boolean {
  return filter === undefined || filter === 'ACTIVE' || filter === 'ANY';
}

import type { Operation } from '../operation.ts';

/** Every operation of CloudTrail that is served. */
export const CLOUDTRAIL_OPERATIONS: readonly Operation[] = [];

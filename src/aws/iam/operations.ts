import type { Operation } from '../operation.ts';

/** Every operation of IAM that is served. */
export const IAM_OPERATIONS: readonly Operation[] = [];

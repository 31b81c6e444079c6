import type { Operation } from '../operation.ts';

/** Every operation of STS that is served. */
export const STS_OPERATIONS: readonly Operation[] = [];

import type { Operation } from '../operation.ts';

/** Every operation of KMS that is served. */
export const KMS_OPERATIONS: readonly Operation[] = [];

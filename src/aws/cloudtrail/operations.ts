import type { Operation } from '../operation.ts';
import { LookupEvents } from './lookup-events.ts';

/** The operations of CloudTrail that this door answers. */
export const CLOUDTRAIL_OPERATIONS: readonly Operation[] = [LookupEvents];

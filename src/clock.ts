import type { Clock } from './world.ts';

/** The machine's time. */
export const systemClock: Clock = { now: () => new Date() };

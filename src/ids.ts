import { randomBytes, randomUUID } from 'node:crypto';
import type { Ids } from './world.ts';

/** Ids and bytes from the operating system's generator. */
export const systemIds: Ids = { uuid: () => randomUUID(), bytes: (length) => randomBytes(length) };

import type { Exchange } from '../exchange.ts';

/** Answers requests of one protocol. It renders its own errors; what it throws is a bug. */
export type Door = (exchange: Exchange) => Promise<void>;

/** The doors that a listener knows. */
export interface Doors {
  readonly distribution: Door;
  readonly aws: Door;
  readonly health: Door;
  readonly welcome: Door;
  readonly metrics: Door;
}

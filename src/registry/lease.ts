const HOUR = 3_600_000;

/** How long a layer that no image needs is kept after an answer that said it is here (architecture, invariant 3). */
export const LEASE_MS = 24 * HOUR;

/** When a lease that is given now ends. */
export function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}

/**
 * Whether a layer may be said to be here without writing anything: an image needs it (when the last one goes it gets a
 * fresh lease in that transaction), or more than half of its lease is left.
 */
export function isPromised(layer: { is_referenced: boolean; leased_until: number }, now: Date): boolean {
  return layer.is_referenced || layer.leased_until - now.getTime() > LEASE_MS / 2;
}

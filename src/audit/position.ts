import { timingSafeEqual } from 'node:crypto';
import type { World } from '../world.ts';
import type { FoundEvent, LookUp } from './look-up.ts';

type Signing = Pick<World['secrets'], 'mac'>;
type Lookup = Pick<LookUp, 'registry' | 'attribute' | 'from' | 'to'>;

/** A token that goes on with this lookup, and no other, behind the event. */
export function positionOf(
  secrets: Signing,
  lookup: Lookup,
  { at, eventId }: Pick<FoundEvent, 'at' | 'eventId'>,
): string {
  const text = JSON.stringify([at.getTime(), eventId]);
  return Buffer.concat([macOf(secrets, lookup, text), Buffer.from(text, 'utf8')]).toString('base64');
}

/** Where the token goes on; undefined when it is not one of this lookup. */
export function openPosition(secrets: Signing, lookup: Lookup, token: string): LookUp['after'] {
  const bytes = Buffer.from(token, 'base64');
  const text = bytes.subarray(MAC_BYTES).toString('utf8');
  const [given, expected] = [bytes.subarray(0, MAC_BYTES), macOf(secrets, lookup, text)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // The MAC says that these are our own words, so their form is known.
  const [at, eventId] = JSON.parse(text) as [number, string];
  return { at, eventId };
}

const MAC_BYTES = 32;

function macOf(secrets: Signing, { registry, attribute, from, to }: Lookup, text: string): Buffer {
  const list = [registry.account, registry.region, attribute?.key, attribute?.value, from?.getTime(), to?.getTime()];
  return secrets.mac('audit-position', JSON.stringify([...list.map((it) => it ?? null), text]));
}

import { openSignedPosition, signPosition } from '../signed-position.ts';
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
  return signPosition(secrets, { list: listOf(lookup), position: JSON.stringify([at.getTime(), eventId]) });
}

/** Where the token goes on; undefined when it is not one of this lookup. */
export function openPosition(secrets: Signing, lookup: Lookup, token: string): LookUp['after'] {
  const position = openSignedPosition(secrets, listOf(lookup), token);
  if (position === undefined) return undefined;
  // It is one of our own, so its form is known.
  const [at, eventId] = JSON.parse(position) as [number, string];
  return { at, eventId };
}

function listOf({ registry, attribute, from, to }: Lookup): readonly unknown[] {
  const { account, region } = registry;
  return ['audit', account, region, attribute?.key, attribute?.value, from?.getTime(), to?.getTime()];
}

import type { RootKey } from '../../world.ts';
import { NotWrappedHere } from './not-wrapped-here.ts';

/** Root keys in several places: the first wraps, all unwrap. */
export function severalRootKeys([first, ...others]: readonly [RootKey, ...RootKey[]]): RootKey {
  return {
    wrap: first.wrap,
    isCurrent: first.isCurrent,
    async unwrap(wrapped, context) {
      for (const it of [first, ...others]) {
        try {
          return await it.unwrap(wrapped, context);
        } catch (error) {
          // The next one may have wrapped it.
          if (!(error instanceof NotWrappedHere)) throw error;
        }
      }
      throw new NotWrappedHere();
    },
  };
}

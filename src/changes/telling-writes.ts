import type { Metadata } from '../storage/metadata/port.ts';

/** The same metadata, which says so after each write that was committed. */
export function tellingWrites(metadata: Metadata, told: () => void): Metadata {
  return {
    ...metadata,
    async write(work, options) {
      const result = await metadata.write(work, options);
      told();
      return result;
    },
  };
}

import type { Referrer } from '../registry/referrers.ts';

/** What a client accepts of an index at least: distribution-spec 1.1, the size of a manifest. */
const LARGEST_PAGE = 4 * 1024 * 1024;
const FIRST_STEP = 8;
const LARGEST_STEP = 250;

export interface ReferrersPage {
  readonly descriptors: readonly ReturnType<typeof descriptorOf>[];
  /** The digest to go on after, when there are more. */
  readonly next?: string | undefined;
}

type List = (after: string | undefined, limit: number) => Promise<{ referrers: readonly Referrer[]; next?: string }>;

/**
 * Up to `limit` referrers behind `after`, fewer when they would be more than 4 MiB together, but one at least: each
 * brings its annotations, and a thousand of them could be gigabytes. They are read in steps of what is likely to fit.
 */
export async function pageOfReferrers(list: List, after: string | undefined, limit: number): Promise<ReferrersPage> {
  const descriptors: ReturnType<typeof descriptorOf>[] = [];
  let size = 0;
  let step = FIRST_STEP;
  for (let from = after; ; ) {
    const page = await list(from, Math.min(step, limit - descriptors.length));
    for (const referrer of page.referrers) {
      const descriptor = descriptorOf(referrer);
      const length = Buffer.byteLength(JSON.stringify(descriptor));
      const last = descriptors.at(-1);
      if (last !== undefined && size + length > LARGEST_PAGE) return { descriptors, next: last.digest };
      descriptors.push(descriptor);
      size += length;
    }
    if (page.next === undefined || descriptors.length >= limit) return { descriptors, next: page.next };
    from = page.next;
    const usual = size / descriptors.length;
    step = Math.max(1, Math.min(LARGEST_STEP, Math.floor((LARGEST_PAGE - size) / usual)));
  }
}

function descriptorOf({ mediaType, size, digest, artifactType, annotations }: Referrer) {
  return {
    mediaType,
    size,
    digest,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
  };
}

import { checkImages } from './fsck/check-images.ts';
import { checkLayers } from './fsck/check-layers.ts';
import { checkMeter } from './fsck/check-meter.ts';
import { checkObjects } from './fsck/check-objects.ts';
import { checkStored } from './fsck/check-stored.ts';
import { checkTags } from './fsck/check-tags.ts';
import { watchUploads } from './fsck/check-uploads.ts';
import type { Checked, Finding } from './fsck/finding.ts';
import type { Checking, Inspection } from './fsck/inspection.ts';

const MOST_FINDINGS = 1_000;

export interface FsckOptions {
  /** Mends what can be mended without losing anything; see the outcome of each finding. */
  readonly repair: boolean;
  /** Reads and hashes all bytes; otherwise they are only looked for and measured. Default: true. */
  readonly deep?: boolean;
  readonly signal?: AbortSignal;
  /** Rows of one page. */
  readonly page?: number;
  /** Told of what was looked at so far, often. */
  readonly onProgress?: (checked: Readonly<Checked>) => void;
}

export interface FsckReport {
  readonly checked: Readonly<Checked>;
  /** In the order they were found; the first 1,000 of them. */
  readonly findings: readonly Finding[];
  /** All of them, also those that are not listed. */
  readonly found: number;
  readonly mended: number;
  /** Nothing is wrong, or all of it was mended. */
  readonly isClean: boolean;
}

/**
 * Compares rows with bytes and rows with each other. Works beside a running server: what looks wrong is looked at
 * again before it is reported. Nothing that may still be of use is ever removed: damaged bytes stay until somebody has
 * pushed them again, and bytes without a row stay for 7 days.
 *
 * @throws what `signal` was aborted with
 */
export async function fsck(world: Checking, options: FsckOptions): Promise<FsckReport> {
  const checked: Checked = { objects: 0, closed: 0, bytes: 0, stored: 0, layers: 0, images: 0, tags: 0, uploads: 0 };
  const findings: Finding[] = [];
  let found = 0;
  let mended = 0;
  const inspection: Inspection = {
    world,
    checked,
    isDeep: options.deep ?? true,
    mayRepair: options.repair,
    page: options.page ?? 200,
    report(finding) {
      found += 1;
      if (finding.outcome === 'mended') mended += 1;
      if (findings.length < MOST_FINDINGS) findings.push(finding);
    },
    tick() {
      options.signal?.throwIfAborted();
      options.onProgress?.(checked);
    },
  };

  const uploads = await watchUploads(inspection);
  await checkStored(inspection, uploads.see);
  await uploads.finish();
  await checkObjects(inspection);
  await checkLayers(inspection);
  await checkImages(inspection);
  await checkTags(inspection);
  await checkMeter(inspection);
  return { checked, findings, found, mended, isClean: found === mended };
}

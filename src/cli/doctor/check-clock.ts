import { stat } from 'node:fs/promises';
import { systemClock } from '../../clock.ts';
import type { Check } from './finding.ts';

/** Signatures of clients are refused when clocks are five minutes apart. */
const APART_MS = 5 * 60 * 1000;

/**
 * The clock against what it said before: Berth's own files cannot have been changed in the future, so if they were,
 * the clock has gone back (a battery, a suspended machine, a wrong zone).
 */
export const checkClock: Check = async (_, folder) => {
  const now = systemClock.now();
  const paths = [folder.database, `${folder.database}-wal`, folder.serving, folder.credentials];
  const changes = await Promise.all(paths.map((it) => stat(it).catch(() => undefined)));
  const latest = Math.max(0, ...changes.map((it) => it?.mtimeMs ?? 0));
  const check = 'clock';
  if (latest - now.getTime() > APART_MS) {
    const detail = `says ${now.toISOString()}, but files here were changed at ${new Date(latest).toISOString()}`;
    return [{ check, state: 'wrong', detail, mend: 'set the clock (timedatectl set-ntp true), then restart Berth' }];
  }
  return [{ check, state: 'good', detail: now.toISOString() }];
};

import type { WriteStream } from 'node:tty';
import type { CopyProgress } from '../housekeeping/copy-progress.ts';

const BAR = 24;
/** Redrawn no more often than the eye sees. */
const INTERVAL_MS = 100;

export interface ProgressBar {
  show(progress: CopyProgress): void;
  /** Takes the line away, so that what is written next stands alone. */
  end(): void;
}

/** A line that says how far it is, on a terminal; nothing where nobody looks. */
export function progressBar(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>, now: () => number): ProgressBar {
  if (!stream.isTTY) return { show() {}, end() {} };
  let drawnAt = Number.NEGATIVE_INFINITY;
  let step = '';
  let began = { at: 0, done: 0 };
  return {
    show(progress) {
      const at = now();
      if (progress.step !== step) began = { at, done: progress.done ?? 0 };
      else if (at - drawnAt < INTERVAL_MS) return;
      step = progress.step;
      drawnAt = at;
      const line = lineOf(progress, { ms: at - began.at, since: began.done });
      stream.write(`\r\u001b[2K${line.slice(0, Math.max((stream.columns ?? 80) - 1, 20))}`);
    },
    end() {
      if (step !== '') stream.write('\r\u001b[2K');
    },
  };
}

/** `since`: what was done already `ms` ago. */
export function lineOf(
  { step, done, total, unit }: CopyProgress,
  { ms, since }: { readonly ms: number; readonly since: number },
): string {
  if (done === undefined || total === undefined) return step;
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const full = Math.round(share * BAR);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${Math.floor(share * 100)}%`;
  const perMs = ms >= 1_000 ? (done - since) / ms : 0;
  const left = perMs > 0 ? `, ${seconds((total - done) / perMs)} left` : '';
  if (unit === 'bytes') return `${step} ${bar}  ${bytes(done)} of ${bytes(total)}${left}`;
  return unit === 'rows' ? `${step} ${bar}  ${done} of ${total} rows${left}` : `${step} ${bar}${left}`;
}

/** For people: `1.5 GiB`. */
export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function seconds(ms: number): string {
  const whole = Math.max(Math.ceil(ms / 1_000), 0);
  if (whole < 60) return `${whole} s`;
  return whole < 3_600 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3_600).toFixed(1)} h`;
}

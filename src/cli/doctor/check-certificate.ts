import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import type { Check } from './finding.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The certificate that is served with: valid now, and for how long. */
export const checkCertificate: Check = async ({ tls }, folder) => {
  const check = 'certificate';
  if (tls.kind === 'off') return [{ check, state: 'good', detail: 'none: plain HTTP' }];

  const path = tls.kind === 'files' ? tls.certificate : join(folder.tls, 'cert.pem');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined && tls.kind === 'self-signed') {
    return [{ check, state: 'unknown', detail: 'not there; the first start makes it' }];
  }
  const mend =
    tls.kind === 'files'
      ? 'put a new pair in its place and restart, or use BERTH_TLS=self-signed'
      : 'restart Berth: it makes a new one';
  const certificate = text === undefined ? undefined : read(text);
  if (certificate === undefined) return [{ check, state: 'wrong', detail: `${path} is no certificate`, mend }];

  const now = systemClock.now().getTime();
  const days = Math.floor((certificate.validToDate.getTime() - now) / DAY);
  if (days < 0) return [{ check, state: 'wrong', detail: `${path} ended ${-days} days ago`, mend }];
  if (certificate.validFromDate.getTime() > now) {
    return [{ check, state: 'wrong', detail: `${path} is not valid yet`, mend: `set the machine's clock, or ${mend}` }];
  }
  return [{ check, state: 'good', detail: `valid for ${days} more days` }];
};

function read(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

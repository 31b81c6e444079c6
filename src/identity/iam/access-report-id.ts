import { timingSafeEqual } from 'node:crypto';
import type { World } from '../../world.ts';

/** What a report about last accesses is of. It is made when it is read, so that there is nothing to keep. */
export interface AccessReport {
  /** Unique id of the user, group, role or policy: 21 letters. */
  readonly subjectId: string;
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  /** To the second. */
  readonly askedAt: Date;
}

type Signing = Pick<World['secrets'], 'mac'>;

const SUBJECT = 21;
const TIME = 8;
const MAC = 6;

/**
 * The JobId of a report: 36 characters, as many as IAM's, that hold all of it and a MAC. A forged one would show nothing
 * that its bearer may not ask for: his account's own entities alone are looked up.
 */
export function accessReportId(secrets: Signing, account: string, report: AccessReport): string {
  const { subjectId, granularity, askedAt } = report;
  const seconds = Math.floor(askedAt.getTime() / 1_000)
    .toString(16)
    .padStart(TIME, '0');
  const said = `${subjectId}${granularity === 'SERVICE_LEVEL' ? 's' : 'a'}${seconds}`;
  return `${said}${macOf(secrets, account, said)}`;
}

/** Undefined for an id that was not given to this account. */
export function parseAccessReportId(secrets: Signing, account: string, jobId: string): AccessReport | undefined {
  const said = jobId.slice(0, -MAC);
  const expected = Buffer.from(macOf(secrets, account, said), 'utf8');
  const given = Buffer.from(jobId.slice(-MAC), 'utf8');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return {
    subjectId: said.slice(0, SUBJECT),
    granularity: said.charAt(SUBJECT) === 's' ? 'SERVICE_LEVEL' : 'ACTION_LEVEL',
    askedAt: new Date(Number.parseInt(said.slice(SUBJECT + 1), 16) * 1_000),
  };
}

function macOf(secrets: Signing, account: string, said: string): string {
  return secrets.mac('iam-access-report', `${account} ${said}`).toString('base64url').slice(0, MAC);
}

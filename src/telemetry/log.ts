import { type DestinationStream, destination, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Log } from '../world.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Members that hold secrets, wherever they stand in what is logged: a second lock behind not logging them at all. */
const SECRETS = ['authorization', 'password', 'secretAccessKey', 'sessionToken', 'authorizationToken', 'cookie'];

/** A log of one JSON line per thing that happened, to `out`: standard output unless a test looks. */
export function startLog(level: LogLevel, out: DestinationStream = destination({ dest: 1, sync: false })): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
      redact: { paths: SECRETS.flatMap((it) => [it, `*.${it}`, `*.*.${it}`]), censor: '[redacted]' },
    },
    out,
  );
}

import { type DestinationStream, destination, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Log } from '../world.ts';
import { redact } from './redact.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log of one JSON line per thing that happened, to `out`: standard output unless a test looks. */
export function startLog(level: LogLevel, out: DestinationStream = destination({ dest: 1, sync: false })): Log {
  const written = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) },
      serializers: { err: (error: Error) => redact({ ...stdSerializers.err(error) }) },
    },
    out,
  );
  return logOf(() => written);
}

/**
 * pino hands a child's own fields to no formatter, so they are looked at here. A child is made when it has something to
 * say: each request has one, hardly a request uses it, and making one costs as much as a line.
 */
function logOf(written: () => Logger): Log {
  return {
    debug: (fields, message) => written().debug(fields, message),
    info: (fields, message) => written().info(fields, message),
    warn: (fields, message) => written().warn(fields, message),
    error: (fields, message) => written().error(fields, message),
    child(fields) {
      let child: Logger | undefined;
      return logOf(() => (child ??= written().child(redact(fields))));
    },
  };
}

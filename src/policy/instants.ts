const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;
const EPOCH = /^-?\d{1,15}(?:\.\d{1,9})?$/;

/**
 * The instant in milliseconds: seconds since 1970, or ISO 8601 in the W3C profile ("Date and Time Formats"), without a
 * zone UTC. Four digits alone are seconds. Undefined of other text, and of days and hours that are not.
 */
export function instantOf(text: string): number | undefined {
  if (EPOCH.test(text)) return Number(text) * 1_000;
  const [match, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] =
    ISO.exec(text) ?? [];
  if (match === undefined) return undefined;
  const offset = offsetOf(zone);
  const isClockTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isClockTime || offset === undefined || !isDay(Number(year), Number(month), Number(day))) return undefined;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return whole + Number(`0.${fraction || '0'}`) * 1_000 - offset;
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && isLeap ? 29 : DAYS[month - 1];
  // Before the year 100 the runtime means another century.
  return year >= 100 && last !== undefined && day >= 1 && day <= last;
}

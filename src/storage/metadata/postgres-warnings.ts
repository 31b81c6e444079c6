import { sql } from 'kysely';
import type { Reading } from './port.ts';

/** A setting of the server, and what is lost with a value of it. */
const UNSAFE = [
  ['fsync', ['off'], 'a power cut can destroy the whole database'],
  ['full_page_writes', ['off'], 'a power cut can destroy pages of the database'],
  ['synchronous_commit', ['off'], 'a crash forgets pushes that were acknowledged'],
] as const;

/** What the server's settings lose of what Berth promises. */
export async function unsafeSettings(tx: Reading): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const [name, values, what] of UNSAFE) {
    const { rows } = await sql<{ value: string | null }>`select current_setting(${name}, true) as value`.execute(tx);
    const value = rows[0]?.value;
    if (values.some((it) => it === value)) warnings.push(`${name} is ${value}: ${what}.`);
  }
  return warnings;
}

import type { CompiledQuery, DatabaseConnection, RawBuilder } from 'kysely';
import type { Reading } from './port.ts';

/** Stands for a parameter while the text is made. */
interface Place {
  readonly at: number;
}

interface Made {
  readonly query: CompiledQuery;
  /** Which of the given parameters each place in the text takes. */
  readonly places: readonly Place[];
}

type Parameter = string | number | null;
type Places<P extends readonly Parameter[]> = { readonly [K in keyof P]: Place };

const connections = new WeakMap<Reading, DatabaseConnection>();

/** Says that all that is asked of `tx` is asked on `connection`, so that a fixed query can go there without a detour. */
export function isOn(tx: Reading, connection: DatabaseConnection): void {
  connections.set(tx, connection);
}

/**
 * A query whose text is always the same: for what every request asks, where to build a query and to pass it on costs
 * more than to run it. `build` is given what stands for the parameters and makes the text once for each dialect.
 */
export function fixedQuery<R, P extends readonly Parameter[]>(
  build: (...places: Places<P>) => RawBuilder<R>,
): (tx: Reading, ...parameters: P) => Promise<R[]> {
  const made = new WeakMap<object, Made>();
  const make = (tx: Reading): Made => {
    const places = Array.from({ length: build.length }, (_, at): Place => ({ at }));
    const query = build(...(places as unknown as Places<P>)).compile(tx);
    if (!query.parameters.every((it) => places.includes(it as Place))) {
      throw new Error(`A fixed query has no values but its parameters: ${query.sql}`);
    }
    return { query, places: query.parameters as readonly Place[] };
  };
  return async (tx, ...parameters) => {
    const { query, places } = made.getOrInsertComputed(tx.getExecutor().adapter, () => make(tx));
    const asked = { ...query, parameters: places.map(({ at }) => parameters[at]) };
    const { rows } = await (connections.get(tx) ?? tx).executeQuery<R>(asked);
    return rows;
  };
}

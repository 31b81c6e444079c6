import type { Context } from '../policy/types.ts';

type Value = string | readonly string[];

/** A context that is made when somebody looks at one of its keys: every request is decided, and most policies look at none. */
export class LazyContext implements Context {
  readonly #make: () => ReadonlyMap<string, Value>;
  #made: ReadonlyMap<string, Value> | undefined;

  constructor(make: () => ReadonlyMap<string, Value>) {
    this.#make = make;
  }

  get(key: string): Value | undefined {
    return this.#keys().get(key);
  }

  has(key: string): boolean {
    return this.#keys().has(key);
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.#keys()[Symbol.iterator]();
  }

  #keys(): ReadonlyMap<string, Value> {
    this.#made ??= this.#make();
    return this.#made;
  }
}

/** A registry that runs as a process of its own and is measured from outside. */
export interface Server {
  readonly name: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly pid: number;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/** The repository that every case pushes to and pulls from. */
export const REPOSITORY = 'bench/app';

import type * as v from 'valibot';

/** One setting, as the table has it. */
export interface Row {
  /** What it is for: a line of --help and of the documentation. */
  readonly what: string;
  /** The values it may have, to be read after "which is not". */
  readonly allowed: string;
  /** A value that works, for error texts. */
  readonly example: string;
  /** The text that counts when nobody gives one; undefined when there is none. */
  readonly fallback: string | undefined;
  /** How --help shows the fallback, where the text itself would say too much or too little. */
  readonly fallbackShown?: string;
  readonly shape: v.GenericSchema<string, unknown>;
  /** Never on a command line, where every user of the machine sees it, and never in an error text. */
  readonly isSecret?: true;
  /** As a flag it may stand alone, which means true. */
  readonly isFlagAlone?: true;
}

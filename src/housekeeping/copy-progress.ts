/** How far a copy is. Totals are what is known when it is told: they may grow while the source serves. */
export interface CopyProgress {
  /** What is being done now, to be read alone: `copying layers`. */
  readonly step: string;
  /** Of `total`, in `unit`; neither where the end cannot be told. */
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'rows';
}

export type OnProgress = (progress: CopyProgress) => void;

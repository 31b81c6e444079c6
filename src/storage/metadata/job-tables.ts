import type { Generated, Selectable } from 'kysely';

/** What is still to be done: changes that nobody has looked at yet, and jobs. */
export interface JobTables {
  changes: ChangeTable;
  jobs: JobTable;
}

/** The outbox. */
interface ChangeTable {
  /** Given by the database when the change is appended: of two that touch the same rows the later one has the greater. */
  seq: Generated<number>;
  id: string;
  at: number;
  account: string;
  region: string;
  repository_id: string;
  repository_name: string;
  principal_arn: string | null;
  kind: string;
  /** JSON of what changed, without its kind. */
  detail: string;
  /** How often what follows from it could not be done. */
  attempts: number;
}

/** A piece of work that is done at least once, whoever dies. */
interface JobTable {
  id: string;
  /** Given by the database. */
  seq: Generated<number>;
  kind: string;
  account: string;
  region: string;
  /** JSON. */
  payload: string;
  /** Of jobs with the same key the one with the smallest `seq` goes first, and the next waits for it. */
  order_key: string | null;
  /** There is one job of a kind and key: who asks for it again while it waits has it done once. */
  unique_key: string | null;
  /** When it is due once more, where somebody asked for it again while it ran. */
  again_at: number | null;
  state: 'waiting' | 'dead';
  attempts: number;
  due_at: number;
  claim: string | null;
  claimed_until: number;
  last_error: string | null;
  created_at: number;
}

export type ChangeRow = Selectable<ChangeTable>;
export type JobRow = Selectable<JobTable>;

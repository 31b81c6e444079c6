/** What can be looked up of who did what. The files of the audit log hold it for longer: see `src/audit/`. */
export interface AuditTables {
  audit_events: AuditEventRow;
  audit_resources: AuditResourceRow;
}

export interface AuditEventRow {
  event_id: string;
  account: string;
  region: string;
  at: number;
  event_name: string;
  event_source: string;
  read_only: number;
  username: string | null;
  access_key_id: string | null;
  /** The record as CloudTrail shapes it: JSON. */
  record: string;
}

/** A resource that an event names. */
export interface AuditResourceRow {
  event_id: string;
  type: string;
  name: string;
  account: string;
  region: string;
  at: number;
}

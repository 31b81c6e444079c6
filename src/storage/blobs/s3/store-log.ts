/** Where the store tells of what it put right by itself and an operator should know. */
export interface StoreLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

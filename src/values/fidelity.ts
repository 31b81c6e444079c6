/**
 * Whether Berth accepts what the OCI specifications allow (`superset`), or refuses what ECR refuses (`aws-strict`).
 * Each difference is a row of docs/differences.md.
 */
export type Fidelity = 'superset' | 'aws-strict';

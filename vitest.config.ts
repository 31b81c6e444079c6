import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What every Berth must do wherever it keeps its data; each starts one by `startBerth` or `startRegistry`. */
const ON_ANY_STORAGE = [
  'test/conformance/**',
  'test/aws/**',
  'test/both-doors.test.ts',
  'test/clustered/**',
  'src/{registry,housekeeping,jobs,changes,pulls,in-use,trash}/**',
  'src/aws/{sts,kms,events,signer}/**',
  'src/signing/signing.test.ts',
  'src/events/emit-event.test.ts',
  'src/kms/data-keys.test.ts',
  'src/metering/{metering,reconcile}.test.ts',
  'src/aws/ce/**',
  'src/aws/ecr/kms-repositories.test.ts',
  'src/lifecycle/run-policy.test.ts',
  'src/lifecycle/run-preview.test.ts',
  'src/referrers/follow-class.test.ts',
  'src/aws/ecr/{creation-template,pull-through-cache-rules,{replication,scanning}-configuration}.test.ts',
  'src/templates/create-by-template.test.ts',
];

/** Each of them would leave the other workers with nothing to do, were it the last. */
const LONGEST = [
  'src/storage/blobs/s3-faults.test.ts',
  'test/backup/migrate-storage.test.ts',
  'test/clients/matrix.test.ts',
  'test/clients/terraform.test.ts',
  'test/clustered/workers.test.ts',
  'test/metadata/failures.test.ts',
];

/** The longest first: a machine that has run nothing yet knows files by their size alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((it) => moduleId.endsWith(it));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((it) => !isLong(it))];
  }
}

const PATIENT = { expect: { poll: { timeout: 15_000 } } };
/**
 * More at once than there are cores: most of the time a test waits for a server. Files share what a worker has loaded,
 * which takes half of the time; what a module keeps is by world, so that none sees another's.
 */
const QUICK = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  maxWorkers: availableParallelism() + 1,
  isolate: false,
  ...PATIENT,
};
/** Real docker, podman, aws and the like: slow to start, and some of them wait for seconds. */
const SLOW = { ...QUICK, testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/tell-failures.ts'],
          include: ['{src,scripts,bench,test}/**/*.test.ts'],
          exclude: ['test/clients/**', 'test/faults/cluster/**', 'test/deploy/**', 'test/clustered/**'],
          ...QUICK,
        },
      },
      {
        // The same tests on PostgreSQL and S3.
        test: {
          name: 'clustered',
          include: ON_ANY_STORAGE.map((it) => (it.endsWith('**') ? `${it}/*.test.ts` : it)),
          exclude: [
            // It reaches into the data folder to break what is there.
            'src/housekeeping/fsck.test.ts',
            // What takes their time is arithmetic and input that is refused before anything is read.
            'test/aws/{bad-input,violations,query-violations}.test.ts',
            'test/aws/authorization/secrets.test.ts',
            'test/aws/iam/logins.test.ts',
            'src/aws/kms/{sign,mac,encrypt}.test.ts',
          ],
          globalSetup: ['test/start-backends.ts'],
          setupFiles: ['test/tell-failures.ts'],
          ...QUICK,
        },
      },
      { test: { name: 'clients', include: ['test/{clients,deploy}/**/*.test.ts'], ...SLOW } },
      {
        test: {
          name: 'clients-clustered',
          include: ['test/clients/**/*.test.ts'],
          // Clients of APIs that keep nothing but rows: their suites of the API itself run on this storage. The matrix is
          // of clients with each other; each of them by itself is tried here. Those with true names keep to their folder.
          exclude: [
            'test/clients/{audit,billing,login-programs,matrix,quotas,signing,sts,terraform}.test.ts',
            'test/clients/{ecr-names,users-and-accounts}.test.ts',
            'test/clients/aws-cli-*.test.ts',
          ],
          globalSetup: ['test/start-backends.ts'],
          ...SLOW,
        },
      },
      {
        // Whole clusters under load, with something broken.
        test: {
          name: 'faults',
          include: ['test/faults/cluster/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});

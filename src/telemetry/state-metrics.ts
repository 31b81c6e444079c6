import { waitingChanges } from '../storage/metadata/changes.ts';
import { countJobs } from '../storage/metadata/jobs.ts';
import type { World } from '../world.ts';
import type { Family, Sample } from './exposition.ts';

/** What the database says of the installation, the same on each node; and pulls from this process. */
export async function stateMetrics({
  metadata,
  clock,
  pulls,
}: Pick<World, 'metadata' | 'clock' | 'pulls'>): Promise<Family[]> {
  const { changes, jobs } = await metadata.read(async (tx) => ({
    changes: await waitingChanges(tx),
    jobs: await countJobs(tx),
  }));
  const { repositories, others } = pulls.totals();
  const ageOf = (since: Date) => Math.max(0, (clock.now().getTime() - since.getTime()) / 1_000);
  const waiting = jobs.filter((it) => it.state === 'waiting');
  return [
    gauge('berth_changes_waiting', 'Changes from which nothing has followed yet.', [
      { labels: {}, value: changes.count },
    ]),
    gauge('berth_changes_oldest_seconds', 'Age of the oldest of them.', [
      { labels: {}, value: changes.oldestAt ? ageOf(changes.oldestAt) : 0 },
    ]),
    gauge('berth_jobs', 'Jobs by kind, and whether they wait, run, or failed for good.', [
      ...waiting.flatMap(({ kind, count, running }) => [
        { labels: { kind, state: 'waiting' }, value: count - running },
        { labels: { kind, state: 'running' }, value: running },
      ]),
      ...jobs
        .filter((it) => it.state === 'dead')
        .map((it) => ({ labels: { kind: it.kind, state: 'dead' }, value: it.count })),
    ]),
    gauge(
      'berth_jobs_overdue_seconds',
      'For how long the job of a kind that has been due for longest has been so.',
      waiting.map(({ kind, dueAt }) => ({ labels: { kind }, value: ageOf(dueAt) })),
    ),
    {
      name: 'berth_repository_pulls_total',
      help: 'Pulls of a repository from this process: RepositoryPullCount. Beyond a number of repositories, of all others.',
      type: 'counter',
      samples: [
        ...repositories.map(({ registry, repositoryName: repository, pulls: value }) => ({
          labels: { ...registry, repository },
          value,
        })),
        { labels: { account: '', region: '', repository: '' }, value: others },
      ],
    },
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

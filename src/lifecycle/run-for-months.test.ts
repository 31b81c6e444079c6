import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import {
  ARCHIVE,
  anyAfter,
  DAY,
  ruleText,
  type Stock,
  stockRepository,
  untaggedAfter,
} from '../../test/lifecycle/stock.ts';
import { lifecycleActionsOf } from '../storage/metadata/lifecycle-actions.ts';
import { scheduleLifecycle } from './schedule.ts';
import { JOURNAL_DAYS, tidyLifecycle } from './tidy-lifecycle.ts';

let berth: TestBerth;
let stock: Stock;
beforeAll(async () => {
  berth = await startBerth();
  stock = await stockRepository(berth, 'app');
});
afterAll(() => berth.stop());

test('thirty weeks of releases and frequent builds leave what the rules say', async () => {
  const releaseTags = { tagStatus: 'tagged', tagPatternList: ['release-*'] };
  await stock.put(
    ruleText(1, { ...releaseTags, countType: 'imageCountMoreThan', countNumber: 10 }, ARCHIVE),
    ruleText(2, untaggedAfter(6)),
    ruleText(3, { ...anyAfter(90), storageClass: 'archive', countType: 'sinceImageTransitioned' }),
    ruleText(4, anyAfter(365)),
  );
  const releases: string[] = [];
  for (let week = 0; week < 30; week++) {
    releases.push((await stock.push(`release ${week}`, [`release-${week}`])).digest);
    // `latest` moves, so that each build is untagged from the next one on.
    for (let build = 0; build < 3; build++) {
      await stock.push(`build ${week}.${build}`, ['latest']);
      berth.pass(2 * DAY);
    }
    berth.pass(DAY);
    await scheduleLifecycle(berth.world);
    await berth.settle();
    await check(week);
  }
  await tidyLifecycle(berth.world);
  const journal = await berth.world.metadata.read((tx) => lifecycleActionsOf(tx, stock.repositoryId, 10_000));
  const ages = journal.map((it) => (berth.world.clock.now().getTime() - Number(it.at)) / DAY);
  expect(Math.max(...ages)).toBe(84);
  expect(JOURNAL_DAYS).toBe(90);

  async function check(week: number): Promise<void> {
    const images = Object.entries(await stock.images());
    // Of a week's builds the last is `latest`, the one before is five days old, and the first seven.
    expect(images.filter(([, it]) => it === 'ACTIVE')).toHaveLength(1);
    expect(images.filter(([, it]) => it === 'ACTIVE latest')).toHaveLength(1);
    const found = (status: string) => images.filter(([, it]) => it.startsWith(`${status} release-`)).map(([it]) => it);
    expect(found('ACTIVE').toSorted()).toEqual(releases.slice(-10).toSorted());
    // The tenth release behind one has it archived at the end of its week.
    const archived = releases.filter((_, at) => week >= at + 10 && (week - at - 10) * 7 <= 90);
    expect(found('ARCHIVED').toSorted()).toEqual(archived.toSorted());
  }
});

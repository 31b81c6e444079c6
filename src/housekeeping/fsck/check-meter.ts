import { checkedPages } from '../../metering/check-levels.ts';
import { recountOne } from '../../metering/recount.ts';
import { type Inspection, reportMending } from './inspection.ts';

/** The meter says of each repository what its images and layers come to. */
export async function checkMeter(inspection: Inspection): Promise<void> {
  const { world, page } = inspection;
  for await (const { wrong } of checkedPages(world, page)) {
    for (const { repositoryId, account, region, name, metered, stored } of wrong) {
      const finding = {
        kind: 'meter-differs' as const,
        subject: `${account}/${region}/${name}`,
        detail: `The meter has ${metered.STANDARD} bytes and ${metered.ARCHIVE} in the archive; stored are ${stored.STANDARD} and ${stored.ARCHIVE}.`,
        next: 'Run berth billing recount: what it costs is right from then on.',
      };
      await reportMending(inspection, finding, 'mended', async () => {
        await recountOne(world, repositoryId);
        return true;
      });
    }
    inspection.tick();
  }
}

import { expect, test } from 'vitest';
import { readSettings } from './read-settings.ts';
import { SettingsError } from './settings-error.ts';

test('quotas are read by their names', async () => {
  const environment = { BERTH_QUOTAS: 'images-per-repository=7, rate-of-put-image=1', BERTH_THROTTLING: 'ecr' };
  const { quotas, throttling } = await readSettings({ flags: {}, environment });

  expect(throttling).toBe('ecr');
  expect(quotas).toEqual(
    new Map([
      ['images-per-repository', 7],
      ['rate-of-put-image', 1],
    ]),
  );
});

test.each([
  'images-per-repository',
  'images-per-repository=0',
  'images-per-repository=-1',
  'images-per-repository=1.5',
  'images-per-repository=1,images-per-repository=2',
  'images-per-registry=1',
  // Nothing bounds by it: it is the form of a document.
  'rules-per-lifecycle-policy=1',
  '',
])('BERTH_QUOTAS=%s is refused', async (text) => {
  const reading = readSettings({ flags: {}, environment: { BERTH_QUOTAS: text } });
  await expect(reading).rejects.toThrow(SettingsError);
  await expect(reading).rejects.toThrow('BERTH_QUOTAS');
});

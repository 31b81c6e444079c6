import { allTagsAfter } from '../../storage/metadata/integrity.ts';
import { nameOf } from './finding.ts';
import type { Inspection } from './inspection.ts';

/** Every tag points at an image. One that does not is left: it is all that still says which image it was. */
export async function checkTags(inspection: Inspection): Promise<void> {
  const { world, page, checked } = inspection;
  for (let after = { repository_id: '', tag: '' }; ; ) {
    const tags = await world.metadata.read((tx) => allTagsAfter(tx, after, page));
    for (const tag of tags.filter((it) => !it.hasImage)) {
      inspection.report({
        kind: 'tag-without-image',
        subject: nameOf(tag, `:${tag.tag}`),
        detail: `It points at ${tag.digest}, which is not there.`,
        next: 'Push the image again, or delete the tag.',
        outcome: 'found',
      });
    }
    checked.tags += tags.length;
    inspection.tick();
    const last = tags.at(-1);
    if (!last || tags.length < page) return;
    after = last;
  }
}

import { repositoryTags } from '../storage/metadata/repositories.ts';
import type { World } from '../world.ts';

/** The condition keys that the tags of a repository make: ECR's own and the global one. */
export async function resourceTagsOf(
  world: Pick<World, 'metadata'>,
  repositoryId: string,
): Promise<readonly (readonly [string, string])[]> {
  const tags = await world.metadata.readOne((tx) => repositoryTags(tx, repositoryId));
  return tags.flatMap(({ key, value }) => {
    const name = key.toLowerCase();
    return [
      [`aws:resourcetag/${name}`, value],
      [`ecr:resourcetag/${name}`, value],
    ] as const;
  });
}

import type { Caller } from '../identity/caller.ts';
import { needLinkedRole } from '../identity/iam/need-linked-role.ts';
import { LimitExceeded } from '../registry/refusals.ts';
import {
  addTemplate,
  changeTemplate,
  countTemplates,
  removeTemplate,
  templatesAfter,
  templatesNamed,
} from '../storage/metadata/creation-templates.ts';
import { holdAccount } from '../storage/metadata/holds.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { checkTemplate } from './check-template.ts';
import { type CreationTemplate, rowOf, templateOf } from './creation-template.ts';
import { prefixKey } from './match.ts';
import { TemplateAlreadyExists, TemplateNotFound } from './refusals.ts';

type Times = 'createdAt' | 'updatedAt';

/** What is said of a template that is changed; undefined stays as it was. */
export type ChangedTemplate = Pick<CreationTemplate, 'registry' | 'prefix'> & {
  /** Undefined where nothing is said of a member; `null` takes away what it had. */
  readonly [Member in keyof Omit<CreationTemplate, 'registry' | 'prefix' | Times>]?: CreationTemplate[Member] | null;
};

const SERVICE = 'ecr.amazonaws.com';

/**
 * Makes a template; with the first one the account gets the role of the service that makes repositories.
 * API_CreateRepositoryCreationTemplate.
 *
 * @throws what `checkTemplate` does, AccessDenied, TemplateAlreadyExists, LimitExceeded
 */
export async function createTemplate(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>,
  caller: Caller,
  asked: Omit<CreationTemplate, Times>,
): Promise<CreationTemplate> {
  const { registry, prefix } = asked;
  const now = world.clock.now();
  const template = { ...asked, createdAt: now, updatedAt: now };
  await checkTemplate(world, template);
  await needLinkedRole(world, caller, { account: registry.account, service: SERVICE });
  await world.metadata.write(async (tx) => {
    if (!(await addTemplate(tx, rowOf(template)))) {
      throw TemplateAlreadyExists({ prefix, registryId: registry.account });
    }
    const limit = world.rules.limits.creationTemplatesPerRegistry;
    await holdAccount(tx, registry.account);
    if ((await countTemplates(tx, registry)) > limit) {
      throw LimitExceeded({
        what: `The number of repository creation templates in the registry with id '${registry.account}' has reached the limit of ${limit}`,
      });
    }
  });
  return template;
}

/**
 * Changes a template; repositories that were made by it stay as they are. API_UpdateRepositoryCreationTemplate.
 *
 * @throws TemplateNotFound, and what `checkTemplate` does
 */
export async function updateTemplate(
  world: Pick<World, 'metadata' | 'clock' | 'rules'>,
  changes: ChangedTemplate,
): Promise<CreationTemplate> {
  const { registry, prefix } = changes;
  const updatedAt = world.clock.now();
  const changed = (before: CreationTemplate): CreationTemplate => ({
    ...before,
    ...Object.fromEntries(
      Object.entries(changes).flatMap(([member, value]) =>
        value === undefined ? [] : [[member, value ?? undefined] as const],
      ),
    ),
    prefix: before.prefix,
    updatedAt,
  });
  await checkTemplate(world, changed(await world.metadata.read((tx) => templateIn(tx, registry, prefix))));
  return world.metadata.write(async (tx) => {
    const template = changed(await templateIn(tx, registry, prefix));
    await changeTemplate(tx, rowOf(template));
    return template;
  });
}

/** Removes a template and answers what it was; repositories that were made by it stay. @throws TemplateNotFound */
export function deleteTemplate(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  prefix: string,
): Promise<CreationTemplate> {
  return metadata.write(async (tx) => {
    const template = await templateIn(tx, registry, prefix);
    await removeTemplate(tx, registry, prefixKey(prefix));
    return template;
  });
}

/** Those of the templates with these prefixes that there are. */
export async function namedTemplates(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  prefixes: readonly string[],
): Promise<CreationTemplate[]> {
  if (prefixes.length === 0) return [];
  const rows = await metadata.read((tx) => templatesNamed(tx, registry, prefixes.map(prefixKey)));
  return rows.map(templateOf);
}

/** A page of templates by prefix. `next` says where to go on. */
export async function listTemplates(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ templates: CreationTemplate[]; next: string | undefined }> {
  const rows = await metadata.read((tx) => templatesAfter(tx, registry, { ...page, limit: page.limit + 1 }));
  const shown = rows.slice(0, page.limit);
  return { templates: shown.map(templateOf), next: rows.length > page.limit ? shown.at(-1)?.prefix : undefined };
}

async function templateIn(tx: Reading, registry: RegistryId, prefix: string): Promise<CreationTemplate> {
  const [row] = await templatesNamed(tx, registry, [prefixKey(prefix)]);
  if (!row) throw TemplateNotFound({ prefix, registryId: registry.account });
  return templateOf(row);
}

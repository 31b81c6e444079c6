import { defineRefusal } from '../values/refusal.ts';

interface OfTemplate extends Record<string, unknown> {
  prefix: string;
  registryId: string;
}

export const TemplateNotFound = defineRefusal<OfTemplate>({
  code: 'TemplateNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `The repository creation template with prefix '${f.prefix}' does not exist in the registry with id '${f.registryId}'`,
});

export const TemplateAlreadyExists = defineRefusal<OfTemplate>({
  code: 'TemplateAlreadyExistsException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `The repository creation template with prefix '${f.prefix}' already exists in the registry with id '${f.registryId}'`,
});

/** What a push is told when the repository cannot be made as its template says. */
export const TemplateCannotApply = defineRefusal<{ repositoryName: string; prefix: string; why: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) =>
    `The repository '${f.repositoryName}' cannot be created by the repository creation template with prefix '${f.prefix}': ${f.why}`,
});

import { expect, test } from 'vitest';
import { CLOUDTRAIL_OPERATIONS } from '../src/aws/cloudtrail/operations.ts';
import { ECR_OPERATIONS } from '../src/aws/ecr/operations.ts';
import { IAM_OPERATIONS } from '../src/aws/iam/operations.ts';
import { KMS_OPERATIONS } from '../src/aws/kms/operations.ts';
import type { Model } from '../src/aws/model/model.ts';
import { CLOUDTRAIL, ECR, IAM, KMS, STS } from '../src/aws/model/models.ts';
import type { Operation } from '../src/aws/operation.ts';
import { STS_OPERATIONS } from '../src/aws/sts/operations.ts';
import { settings } from '../src/settings/table.ts';

// These pages are written from what the program knows: `npx vitest run test/docs.test.ts -u` writes them again.

test('docs/settings.md has every setting', async () => {
  const rows = settings.map(({ name, variable, what, allowed, fallback, fallbackShown, isSecret }) => {
    const flag = isSecret ? 'none: it would be seen in the list of processes' : `\`--${name}\``;
    const usual = fallbackShown ?? fallback;
    return `| \`${variable}\` | ${flag} | ${what} | ${allowed} | ${usual === undefined ? 'none' : `\`${usual}\``} |`;
  });
  const page = `# Settings

A flag wins over the environment, the environment over the config file (\`--config FILE\` or \`BERTH_CONFIG\`, YAML, the
flags' names without the dashes before them), the file over the default. Each is checked at start; an error names the
setting, the value, where it came from, and what is allowed. A \`BERTH_\` variable or a key of the file that nobody knows
is an error too.

| variable | flag | what | allowed | default |
|---|---|---|---|---|
${rows.join('\n')}

\`\`\`yaml
# berth.yaml
data-dir: /var/lib/berth
region: eu-central-1,eu-west-1
domain: registry.example.com
\`\`\`
`;
  await expect(page).toMatchFileSnapshot('../docs/settings.md');
});

const SERVICES: readonly { title: string; model: Model; operations: readonly Operation[]; about: string }[] = [
  {
    title: 'Amazon ECR',
    model: ECR,
    operations: ECR_OPERATIONS,
    about: `\`AmazonEC2ContainerRegistry_V20150921\`, AWS JSON 1.1. Each that is served is tried with the AWS SDK for JavaScript and
the AWS CLI, and with one input for every constraint of the model that can be violated (\`test/aws/\`, \`test/clients/\`).`,
  },
  {
    title: 'IAM',
    model: IAM,
    operations: IAM_OPERATIONS,
    about: `Query, version 2010-05-08. Every other operation of the published model answers \`InvalidAction\`: devices for
multi-factor authentication, SAML, certificates and SSH keys, organizations.`,
  },
  { title: 'STS', model: STS, operations: STS_OPERATIONS, about: 'Query, version 2011-06-15.' },
  {
    title: 'KMS',
    model: KMS,
    operations: KMS_OPERATIONS,
    about: `\`TrentService\`, AWS JSON 1.1. Custom key stores, keys of several regions and imported key material are not served.`,
  },
  {
    title: 'CloudTrail',
    model: CLOUDTRAIL,
    operations: CLOUDTRAIL_OPERATIONS,
    about: 'AWS JSON 1.1: see [audit.md](audit.md).',
  },
];

test('docs/operations.md has every operation of the published models', async () => {
  const sections = SERVICES.map(({ title, model, operations, about }) => {
    const served = new Set(operations.map((it) => it.name));
    const names = [...model.operations.keys()];
    const rows = names.map((name) => `| ${name} | ${served.has(name) ? 'yes' : 'not yet'} |`);
    return `## ${title}

${about}

| operation | served |
|---|---|
${rows.join('\n')}

${served.size} of ${names.length}.
`;
  });
  const page = `# Operations of the AWS APIs

What is not served is answered as what does not exist: \`UnknownOperationException\`, at the Query services \`InvalidAction\`.

${sections.join('\n')}`;
  await expect(page).toMatchFileSnapshot('../docs/operations.md');
});

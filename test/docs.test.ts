import { expect, test } from 'vitest';
import { ECR_OPERATIONS } from '../src/aws/ecr/operations.ts';
import { MODELS, type Service } from '../src/aws/model/models.ts';
import { operationsOf } from '../src/aws/operations.ts';
import { settings } from '../src/settings/table.ts';
import { isSettable, QUOTAS } from '../src/values/quotas.ts';
import { testsOfOperations } from './tests-of-operations.ts';

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

const SERVICES: readonly { title: string; service: Service; about: string }[] = [
  {
    title: 'Amazon ECR',
    service: 'ecr',
    about: `\`AmazonEC2ContainerRegistry_V20150921\`, AWS JSON 1.1. Each that is served is tried with the AWS SDK for JavaScript and
the AWS CLI, and with one input for every constraint of the model that can be violated (\`test/aws/\`, \`test/clients/\`).`,
  },
  {
    title: 'IAM',
    service: 'iam',
    about: `Query, version 2010-05-08. Every other operation of the published model answers \`InvalidAction\`: devices for
multi-factor authentication, SAML, certificates and SSH keys, organizations.`,
  },
  { title: 'STS', service: 'sts', about: 'Query, version 2011-06-15.' },
  {
    title: 'KMS',
    service: 'kms',
    about: `\`TrentService\`, AWS JSON 1.1. Custom key stores, keys of several regions and imported key material are not served.`,
  },
  {
    title: 'CloudTrail',
    service: 'cloudtrail',
    about: 'AWS JSON 1.1: see [audit.md](audit.md).',
  },
  {
    title: 'Cost Explorer',
    service: 'ce',
    about: '`AWSInsightsIndexService`, AWS JSON 1.1: see [billing.md](billing.md).',
  },
  {
    title: 'EventBridge',
    service: 'events',
    about: '`AWSEvents`, AWS JSON 1.1, on the default bus: see [events.md](events.md).',
  },
  {
    title: 'AWS Signer',
    service: 'signer',
    about: 'REST with JSON, version 2017-08-25: what signing container images needs. See [signing.md](signing.md).',
  },
  {
    title: 'Service Quotas',
    service: 'servicequotas',
    about: '`ServiceQuotasV20190624`, AWS JSON 1.1: the operations that read. See [quotas.md](quotas.md).',
  },
];

test('docs/operations.md has every operation of the published models', async () => {
  const sections: string[] = [];
  for (const { title, service, about } of SERVICES) {
    const served = await operationsOf(service);
    const names = [...MODELS[service].operations.keys()];
    const tests = service === 'ecr' ? testsOfOperations(names, 2) : undefined;
    const rows = names.map((name) => {
      const files = tests?.get(name)?.map((it) => `[${it}](../${it})`);
      return `| ${name} | ${served.has(name) ? 'yes' : 'not yet'} |${files ? ` ${files.join(', ')} |` : ''}`;
    });
    sections.push(`## ${title}

${about}

| operation | served |${tests ? ' tried in, among others |' : ''}
|---|---|${tests ? '---|' : ''}
${rows.join('\n')}

${served.size} of ${names.length}.
`);
  }
  const page = `# Operations of the AWS APIs

What is not served is answered as what does not exist: \`UnknownOperationException\`, at the Query services \`InvalidAction\`.

${sections.join('\n')}`;
  await expect(page).toMatchFileSnapshot('../docs/operations.md');
});

test('every operation of ECR that is served is called by a test', () => {
  const names = ECR_OPERATIONS.map((it) => it.name);
  const tests = testsOfOperations(names, 1);
  expect(names.filter((it) => tests.get(it)?.length === 0)).toEqual([]);
});

test('docs/quotas.md has every quota', async () => {
  const rows = QUOTAS.map((quota) => {
    const { name, key, code, value, unit, rateOf } = quota;
    const said = `${value.toLocaleString('en-US')}${unit === 'Megabytes' ? ' MiB' : ''}${rateOf === undefined ? '' : ' a second'}`;
    return `| ${name} | ${said} | ${isSettable(quota) ? `\`${key}\`` : 'fixed'} | \`${code}\` |`;
  });
  const page = `# Quotas and throttling

Berth has the quotas that ECR publishes, in each account and region, and they can be other ones:

\`\`\`sh
BERTH_QUOTAS=images-per-repository=200000,rate-of-put-image=50
\`\`\`

| quota | as ECR has it | name for \`BERTH_QUOTAS\` | code |
|---|---|---|---|
${rows.join('\n')}

What passes a number is refused with \`LimitExceededException\`, or what ECR says of it. Those that are fixed are part of the
API's model or of a document's form.

## Throttling

Rates bound how often an account may call an operation in a second, in each region. A request of docker counts as the call
that it stands for: a manifest as BatchGetImage, the look for a layer as BatchCheckLayerAvailability, a layer as
GetDownloadUrlForLayer, the parts of an upload as InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload, the push of a
manifest as PutImage. What has no rate is not bounded.

| \`BERTH_THROTTLING\` | |
|---|---|
| \`off\` | no rates but those in \`BERTH_QUOTAS\`; the default of a single process without \`BERTH_DATABASE\` |
| \`tenfold\` | ten times ECR's; the default with \`BERTH_DATABASE\` |
| \`ecr\` | ECR's own: what a test of a client's patience wants |

An account has the calls of one second at once, and gets them back over a second. Who has none left is answered
\`ThrottlingException\` \`Rate exceeded\` at the API, and 429 \`TOOMANYREQUESTS\` with \`Retry-After\` by the registry; AWS's SDKs
and CLI, docker and containerd wait then and try again. Refused logins count for nobody, refused permissions for who asks.

Each process counts for itself, since a count that all share would make every pull a write: with n processes behind a
balancer an account may have up to n times the rate.

## Service Quotas

\`aws service-quotas list-service-quotas --service-code ecr\` shows what holds here,
\`list-aws-default-service-quotas\` what Amazon publishes. Rates that nothing bounds are in the second list alone. Where
Amazon's code of a quota is not published the code is Berth's own and begins with \`BERTH-\`. Quotas are raised by the setting,
not by a request.
`;
  await expect(page).toMatchFileSnapshot('../docs/quotas.md');
});

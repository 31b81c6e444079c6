import { expect, test } from 'vitest';
import { ECR_OPERATIONS } from '../src/aws/ecr/operations.ts';
import { ECR } from '../src/aws/model/models.ts';
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

test('docs/operations.md has every operation of the published model', async () => {
  const served = new Set(ECR_OPERATIONS.map((it) => it.name));
  const rows = [...ECR.operations.keys()].map((name) => `| ${name} | ${served.has(name) ? 'yes' : 'not yet'} |`);
  const page = `# Operations of the ECR API

\`AmazonEC2ContainerRegistry_V20150921\`, AWS JSON 1.1. An operation that is not served answers
\`UnknownOperationException\`, as one that does not exist. Each that is served is tried with the AWS SDK for JavaScript and
the AWS CLI, and with one input for every constraint of the model that can be violated (\`test/aws/\`, \`test/clients/\`).

| operation | served |
|---|---|
${rows.join('\n')}

${served.size} of ${ECR.operations.size}.
`;
  await expect(page).toMatchFileSnapshot('../docs/operations.md');
});

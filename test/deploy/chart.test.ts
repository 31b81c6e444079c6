import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { readSettings } from '../../src/settings/read-settings.ts';
import { settings } from '../../src/settings/table.ts';
import { withNewest } from '../clients/client.ts';
import { CHART, lintChart, renderChart } from './chart.ts';

const CLUSTER = { settings: { BERTH_STORAGE: 's3://bucket/prefix', BERTH_ACCOUNT_ID: '012345678901' } };
const SECRETS = {
  BERTH_DATABASE: 'postgres://berth:pass@db.example.com/berth',
  BERTH_ROOT_KEY: Buffer.alloc(32, 1).toString('base64'),
  BERTH_ROOT_ACCESS_KEY_ID: 'BERTHCHARTTEST',
  BERTH_ROOT_SECRET_ACCESS_KEY: 'secret-of-the-chart-test',
};
/** What the chart says by itself, by where its ports and volumes are. */
const MANAGED = ['BERTH_DATA_DIR', 'BERTH_EPHEMERAL', 'BERTH_HOST', 'BERTH_PORT', 'BERTH_TLS'];
const POD = 'spec.template.spec';

test('the values know every setting, and each secret is among the secrets', () => {
  const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8'));
  const { settings: open, secrets } = schema.properties;

  const known = [...Object.keys(open.properties), ...Object.keys(secrets.properties), ...MANAGED];
  expect(known.sort()).toEqual(settings.map((it) => it.variable).sort());
  for (const { variable } of settings.filter((it) => it.isSecret)) expect(secrets.properties).toHaveProperty(variable);
});

test('the chart has the version of the program', () => {
  const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8'));

  expect(chart).toMatchObject({ version: packageJson.version, appVersion: packageJson.version });
});

withNewest('helm', ['helm'], () => {
  test('finds nothing wrong with the chart', async () => {
    await lintChart({ ...CLUSTER, secrets: SECRETS });
  });

  test('makes nodes that start: every setting is one that Berth knows and takes', async () => {
    const all = await renderChart({ ...CLUSTER, secrets: SECRETS });

    const own = all.get('Deployment')?.at(`${POD}.containers.0.env.0`) as { name: string; value: string };
    const environment = {
      ...(all.get('ConfigMap')?.at('data') as object),
      ...(all.get('Secret')?.at('stringData') as object),
      [own.name]: own.value,
    };
    expect(await readSettings({ flags: {}, environment })).toMatchObject({
      accountId: '012345678901',
      tls: { kind: 'off' },
      rootAccessKeyId: SECRETS.BERTH_ROOT_ACCESS_KEY_ID,
    });
  });

  test('gives no node a right, and none anything to write to but its own folder', async () => {
    for (const [values, kind] of [
      [{ ...CLUSTER, secrets: SECRETS }, 'Deployment'],
      [{ mode: 'single' }, 'StatefulSet'],
    ] as const) {
      const node = (await renderChart(values)).get(kind);

      expect(node?.at(`${POD}.securityContext`)).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532 });
      expect(node?.at(`${POD}.containers.0.securityContext`)).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(node?.at(`${POD}.containers.0.volumeMounts`)).toEqual([{ name: 'data', mountPath: '/data' }]);
      expect(node?.at(`${POD}.automountServiceAccountToken`)).toBe(false);
    }
  });

  test('gives a node of a cluster room for its layer cache, and else for little', async () => {
    const roomWith = async (more: Readonly<Record<string, string>>) => {
      const values = { settings: { ...CLUSTER.settings, ...more }, secrets: SECRETS };
      return (await renderChart(values)).get('Deployment')?.at(`${POD}.volumes`);
    };
    expect(await roomWith({})).toEqual([{ name: 'data', emptyDir: { sizeLimit: '256Mi' } }]);
    expect(await roomWith({ BERTH_S3_CACHE: '50' })).toEqual([{ name: 'data', emptyDir: { sizeLimit: '64256Mi' } }]);
  });

  test('has one volume for the one node of mode single, and no budget that would keep it where it is', async () => {
    const all = await renderChart({ mode: 'single', persistence: { size: '5Ti', storageClassName: 'fast' } });

    expect(all.get('StatefulSet')?.at('spec.replicas')).toBe(1);
    expect(all.get('StatefulSet')?.at('spec.volumeClaimTemplates.0.spec')).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Ti' } },
    });
    expect([...all.keys()]).not.toContain('PodDisruptionBudget');
  });

  test('lets the autoscaler decide how many there are, and who calls them by which name the ingress', async () => {
    const hosts = ['registry.example.com', '*.dkr.ecr.us-east-1.registry.example.com'];
    const all = await renderChart({
      ...CLUSTER,
      existingSecret: 'berth-secrets',
      autoscaling: { enabled: true, maxReplicas: 40 },
      ingress: { enabled: true, hosts, tlsSecretName: 'cert' },
    });

    expect(all.get('Deployment')?.at('spec.replicas')).toBeUndefined();
    expect(all.get('HorizontalPodAutoscaler')?.at('spec.maxReplicas')).toBe(40);
    expect(all.get('Ingress')?.at('spec.tls')).toEqual([{ secretName: 'cert', hosts }]);
    expect([0, 1].map((it) => all.get('Ingress')?.at(`spec.rules.${it}.host`))).toEqual(hosts);
    expect(all.get('Deployment')?.at(`${POD}.containers.0.envFrom.1.secretRef`)).toEqual({
      name: 'berth-secrets',
      optional: false,
    });
    expect([...all.keys()]).not.toContain('Secret');
  });

  test('asks over HTTPS where Berth speaks it', async () => {
    const all = await renderChart({ ...CLUSTER, secrets: SECRETS, tls: { secretName: 'cert' } });

    const container = `${POD}.containers.0`;
    expect(all.get('Deployment')?.at(`${container}.env.0.value`)).toBe('/tls/tls.crt,/tls/tls.key');
    expect(all.get('Deployment')?.at(`${container}.readinessProbe.httpGet.scheme`)).toBe('HTTPS');
    expect(all.get('Deployment')?.at(`${container}.livenessProbe.httpGet.scheme`)).toBe('HTTPS');
  });

  test('asks for no root key that somebody else keeps', async () => {
    const { BERTH_ROOT_KEY: _, ...secrets } = SECRETS;
    const settings = { ...CLUSTER.settings, BERTH_ROOT_KEY_PROVIDER: 'aws-kms', BERTH_ROOT_KMS_KEY_ID: 'alias/berth' };
    expect((await renderChart({ ...CLUSTER, settings, secrets })).get('Deployment')).toBeDefined();
  });

  test('replaces the pods when a setting or a secret changes', async () => {
    const checksum = async (values: object) =>
      (await renderChart(values)).get('Deployment')?.at('spec.template.metadata.annotations.checksum/settings');
    const before = await checksum({ ...CLUSTER, secrets: SECRETS });

    expect(await checksum({ ...CLUSTER, secrets: SECRETS })).toBe(before);
    const secrets = { ...SECRETS, BERTH_ROOT_KEY: Buffer.alloc(32, 2).toString('base64') };
    expect(await checksum({ ...CLUSTER, secrets })).not.toBe(before);
  });

  test.each([
    ['no storage', { secrets: SECRETS }, 'set settings.BERTH_STORAGE'],
    [
      'no root key',
      { ...CLUSTER, secrets: { ...SECRETS, BERTH_ROOT_KEY: undefined } },
      'mode cluster needs BERTH_ROOT_KEY',
    ],
    ['a setting that there is not', { ...CLUSTER, settings: { BERTH_REGIO: 'x' } }, 'BERTH_REGIO'],
    ['a secret where everybody can read it', { settings: { BERTH_ROOT_KEY: 'x' } }, 'BERTH_ROOT_KEY'],
    [
      'an account that YAML takes for a number',
      { settings: { BERTH_ACCOUNT_ID: 123_456_789_012 } },
      'BERTH_ACCOUNT_ID',
    ],
    ['a value that there is not', { replica: 3 }, 'replica'],
  ])('refuses %s', async (_, values, words) => {
    await expect(renderChart(values)).rejects.toThrow(words);
  });
});

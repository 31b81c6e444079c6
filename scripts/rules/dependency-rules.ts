import type { IForbiddenRuleType } from 'dependency-cruiser';

type Rule = IForbiddenRuleType & { readonly name: string; readonly comment: string };

const KYSELY = '^node_modules/kysely/';
const PG = '^node_modules/(@types/)?pg/';
const S3 = '^node_modules/(@aws-sdk|@smithy)/';
/** Modules of the runtime. */
const BUILT_IN = 'node:';
/** What speaks a client's protocol. */
const DOORS = '(?:distribution|aws|console)/';
/** What stands around the doors. */
const OUTSIDE = '(?:cli|settings|http)/';

/** `from` imports nothing but `allowed`. */
function only(name: string, from: string, allowed: readonly string[], comment: string): Rule {
  const pathNot = allowed.filter((it) => it !== BUILT_IN);
  const to = allowed.includes(BUILT_IN) ? { pathNot, dependencyTypesNot: ['core' as const] } : { pathNot };
  return { name, comment, severity: 'error', from: { path: from }, to };
}

/** `from` does not import `to`. */
function never(name: string, from: string, to: string, comment: string): Rule {
  return { name, comment, severity: 'error', from: { path: from }, to: { path: to } };
}

/** One room speaks to `library`, so that it can be replaced there. */
function library(name: string, room: string): Rule {
  return never(name, `^src/(?!${room}/)`, `^node_modules/${name}/`, `Only src/${room}/ speaks to ${name}.`);
}

/** Dependencies point inwards: front doors, then rooms, then ports. One rule per sentence of docs/architecture.md. */
export const rules: readonly Rule[] = [
  only('values', '^src/values/', ['^src/values/'], 'Values are words of the field: they know nothing else.'),
  only(
    'pure',
    '^src/policy/|^src/.*/(evaluate|match|plan)\\.ts$',
    ['^src/values/', '^src/policy/', '^src/.*/(evaluate|match|plan)\\.ts$'],
    'Evaluation is a function of plain data, so that previews, runs and tests call the same one.',
  ),
  only(
    'ports',
    '^src/(world\\.ts|.*/port\\.ts)$',
    ['^src/values/', '^src/.*/(port|tables)\\.ts$', KYSELY, BUILT_IN],
    'A port names what is needed, not who does it.',
  ),
  only(
    'metadata',
    '^src/storage/metadata/(?!port)',
    ['^src/storage/metadata/', '^src/storage/blobs/port\\.ts$', '^src/values/', KYSELY, PG, BUILT_IN],
    'Queries know rows and values; what they mean is decided in the rooms.',
  ),
  only(
    'blobs',
    '^src/storage/blobs/(?!port)',
    ['^src/storage/blobs/', '^src/bytes/read-buffers\\.ts$', '^src/values/', S3, BUILT_IN],
    'A blob store keeps bytes and knows no rows.',
  ),
  only(
    'layer-cache',
    '^src/storage/layer-cache/(?!port)',
    [
      '^src/storage/layer-cache/',
      '^src/storage/blobs/(port|file-bytes|file-layout|writeback)\\.ts$',
      '^src/bytes/read-buffers\\.ts$',
      '^src/values/',
      '^src/world\\.ts$',
      BUILT_IN,
    ],
    'A cache keeps bytes near and knows no rows.',
  ),
  never('kysely', '^src/(?!storage/)', KYSELY, 'SQL is written in src/storage/ and nowhere else.'),
  never(
    'adapters',
    '^src/(?!compose\\.ts$|open-world\\.ts$|storage/|bytes/)',
    '^src/storage/metadata/(sqlite|postgres)\\.ts$|^src/storage/(blobs|layer-cache)/(?!port\\.ts$)|^src/bytes/hash',
    'Only compose.ts and open-world.ts choose adapters; everyone else is given a port by World.',
  ),
  never(
    'rooms',
    `^src/(?!${DOORS}|${OUTSIDE}|main\\.ts|compose\\.ts|background\\.ts|open-(?:world|root-key)\\.ts)`,
    `^src/(${DOORS}|${OUTSIDE}|main\\.ts|compose\\.ts|background\\.ts|open-(?:world|root-key)\\.ts)`,
    'Rooms stand below the front doors and know neither them nor the settings.',
  ),
  never(
    'registry',
    '^src/registry/',
    '^src/(?!registry/|values/|storage/metadata/|storage/(?:blobs|layer-cache)/port\\.ts|bytes/|jobs/|world\\.ts|identity/|kms/)',
    'Everything stands on the registry; it stands on nothing but ports.',
  ),
  never('doors-storage', `^src/(${DOORS})`, '^src/(storage|bytes)/', 'Front doors translate; the rooms do the work.'),
  never('distribution-aws', '^src/distribution/', '^src/(aws|console)/', 'Front doors do not know each other.'),
  never('aws-distribution', '^src/aws/', '^src/(distribution|console)/', 'Front doors do not know each other.'),
  never(
    'doors-outside',
    `^src/(${DOORS})`,
    '^src/(cli|settings|http|compose\\.ts|open-world\\.ts|main\\.ts)',
    'Front doors are given what they need.',
  ),
  never(
    'http',
    '^src/http/',
    `^src/(${DOORS}|cli|compose\\.ts|open-world\\.ts|main\\.ts|registry)`,
    'The listener is given its doors by compose.ts.',
  ),
  never(
    'outbound',
    '^src/(?!outbound/|storage/|bytes/)',
    '^(?:node:)?(?:dns(?:/promises)?|http2|dgram|undici)$',
    'Only src/outbound/ asks where a name lies; storage has its own clients.',
  ),
  never('settings', '^src/settings/', '^src/(?!settings/|values/)', 'Settings are read before anything else is there.'),
  only(
    'main',
    '^src/main\\.ts$',
    ['^src/cli/', '^src/settings/', BUILT_IN],
    'The program is argv to cli/, nothing else.',
  ),
  never('shipped', '^src/', '^(test|bench|scripts)/', 'The program does not need its tests.'),
  {
    ...never('dev-dependencies', '^src/', '.', 'What src/ imports stands under dependencies.'),
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
  },
  { ...never('unresolvable', '^src/', '.', 'The file is not there.'), to: { couldNotResolve: true } },
  library('pg', 'storage'),
  never(
    '@aws-sdk',
    '^src/(?!storage/|kms/root-key/|messaging/)',
    '^node_modules/@aws-sdk/',
    'S3 is spoken to in src/storage/, KMS as a root key in src/kms/root-key/; src/messaging/ finds credentials.',
  ),
  library('commander', 'cli'),
  library('pino', 'telemetry'),
  library('yaml', 'settings'),
  library('@nats-io', 'messaging'),
  library('jose', 'identity'),
  library('@peculiar/x509', '(?:http|signing)'),
];

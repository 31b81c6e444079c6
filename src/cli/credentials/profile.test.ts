import { expect, test } from 'vitest';
import { readProfile } from './profile.ts';

const config = `
[default]
region = eu-west-1 \r
s3 =
  max_concurrent_requests = 20
[profile  berth] # mine
endpoint_url=https://registry.example.com
region = us-east-1
[other]
region = never
`;
const credentials = `
# of nobody
[default]
aws_access_key_id = AKIADEFAULT
[berth]
AWS_Access_Key_Id=AKIABERTH
aws_secret_access_key = a=b/c+d==
region = us-west-2
`;

test.each([
  ['default', { region: 'eu-west-1', aws_access_key_id: 'AKIADEFAULT' }],
  [
    'berth',
    {
      endpoint_url: 'https://registry.example.com',
      region: 'us-west-2',
      aws_access_key_id: 'AKIABERTH',
      aws_secret_access_key: 'a=b/c+d==',
    },
  ],
  ['other', {}],
  ['constructor', {}],
])('the profile %s', (name, expected) => expect(readProfile({ config, credentials }, name)).toEqual(expected));

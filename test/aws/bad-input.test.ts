import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ECR_OPERATIONS } from '../../src/aws/ecr/operations.ts';
import { MODELS } from '../../src/aws/model/models.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { call } from './call.ts';
import { type BadInput, violationsOf } from './violations.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

describe.each(ECR_OPERATIONS.map((it) => it.name))('%s', (operation) => {
  test('answers each input that breaks one constraint of the model with the published error', async () => {
    const wrong: string[] = [];
    let sent = 0;
    for (const violation of violationsOf(MODELS.ecr, operation)) {
      const complaint = await complaintAbout(operation, violation);
      if (complaint !== undefined) wrong.push(complaint);
      sent++;
    }

    expect(wrong).toEqual([]);
    expect(sent).toBeGreaterThan(0);
  });
});

/** What is not as it should be with the answer; undefined when all is. */
async function complaintAbout(operation: string, { name, input, code, member }: BadInput): Promise<string | undefined> {
  const { status, headers, json, text } = await call(berth, operation, { body: input });
  const message = json['message'];
  const hasPlace =
    typeof message === 'string' &&
    (code === 'SerializationException' ||
      message.startsWith(`Invalid parameter at '${member}' failed to satisfy constraint: '`));
  const isRight = status === 400 && json['__type'] === code && headers['x-amzn-errortype'] === code && hasPlace;
  return isRight ? undefined : `${name}: expected ${code} at ${member}, got ${status} ${text.slice(0, 300)}`;
}

import { type Outbound, OutboundError } from '../outbound/port.ts';
import { type SigningCredentials, signedHeaders } from '../outbound/signature-v4.ts';
import type { Clock } from '../world.ts';
import { NotCarried, type QueueAddress, type QueueMessage } from './port.ts';

export interface QueueService {
  /** Where it is; undefined for Amazon's own, in the region of the queue. */
  readonly endpoint: string | undefined;
  readonly credentials: () => Promise<SigningCredentials>;
}

const BOUNDS = { maxBytes: 64 * 1024, timeoutMs: 10_000 };
/** What no other try mends: the queue is not there, or not of the kind, or does not take such a message. */
const FINAL =
  /QueueDoesNotExist|NonExistentQueue|InvalidAddress|InvalidMessageContents|InvalidParameterValue|InvalidAttribute|MissingParameter|UnsupportedOperation/;

/**
 * Sends by SQS's SendMessage, in its JSON protocol.
 *
 * @throws NotCarried
 */
export async function sendToQueue(
  { outbound, clock, service }: { outbound: Pick<Outbound, 'post'>; clock: Clock; service: QueueService | undefined },
  queue: QueueAddress,
  message: QueueMessage,
): Promise<void> {
  if (service === undefined) {
    throw new NotCarried('Events go to no queues here: BERTH_SQS_ENDPOINT names no service.', {
      code: 'BAD_ENDPOINT',
      isFinal: true,
    });
  }
  const endpoint = service.endpoint ?? `https://sqs.${queue.region}.amazonaws.com${suffixOf(queue.region)}`;
  const url = `${endpoint}/`;
  const body = JSON.stringify({
    QueueUrl: `${endpoint}/${queue.account}/${queue.name}`,
    MessageBody: message.body,
    ...(message.attributes && { MessageAttributes: attributesOf(message.attributes) }),
    ...(message.fifo && {
      MessageGroupId: message.fifo.groupId,
      MessageDeduplicationId: message.fifo.deduplicationId,
    }),
  });
  const credentials = await service.credentials().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NotCarried(`There are no credentials for queues: ${why}`, { code: 'NO_PERMISSIONS', cause });
  });
  const contentType = 'application/x-amz-json-1.0';
  const { host, ...headers } = signedHeaders(
    { url, body, headers: { 'content-type': contentType, 'x-amz-target': 'AmazonSQS.SendMessage' } },
    { credentials, region: queue.region, service: 'sqs', now: clock.now() },
  );
  const answer = await outbound
    .post(url, { contentType, body, headers, mayBePlain: true }, BOUNDS)
    .catch((error: unknown) => {
      throw asNotCarried(error);
    });
  if (answer.status === 200) return;
  const said = answer.body.toString('utf8').slice(0, 500);
  throw refusal(answer.status, said);
}

/** What went wrong on the way. */
export function asNotCarried(error: unknown): unknown {
  if (!(error instanceof OutboundError)) return error;
  const code = { refused: 'BAD_ENDPOINT', untrusted: 'BAD_ENDPOINT', 'timed out': 'TIMEOUT' }[String(error.failure)];
  return new NotCarried(error.message, {
    code: code ?? 'CONNECTION_FAILURE',
    isFinal: error.failure === 'refused',
    cause: error,
  });
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? '.cn' : '';
}

function attributesOf(attributes: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

function refusal(status: number, said: string): NotCarried {
  const isFinal = status < 500 && FINAL.test(said);
  const code = isFinal ? 'NO_RESOURCE' : status === 403 ? 'NO_PERMISSIONS' : 'SDK_CLIENT_ERROR';
  return new NotCarried(`The queue answered ${status}: ${said}`, { code, isFinal });
}

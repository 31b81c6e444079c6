import { readFile } from 'node:fs/promises';
import { CannotStart } from '../installation/cannot-start.ts';
import type { ClientOptions } from '../outbound/guarded-client.ts';
import type { Outbound } from '../outbound/port.ts';
import type { SigningCredentials } from '../outbound/signature-v4.ts';
import type { Clock } from '../world.ts';
import { natsSubjects, type SubjectService } from './nats.ts';
import type { Messaging } from './port.ts';
import { type QueueService, sendToQueue } from './sqs.ts';

export interface MessagingOptions {
  readonly outbound: Outbound;
  readonly guard: ClientOptions;
  readonly clock: Clock;
  readonly queues: {
    /** `aws` for Amazon's own; undefined where events go to no queues. */
    readonly endpoint: string | undefined;
    /** Undefined for those that the AWS SDK finds on the machine. */
    readonly credentials: SigningCredentials | undefined;
  };
  readonly subjects: Omit<SubjectService, 'credentials'> & { readonly credentialsFile: string | undefined };
}

/**
 * The services of the settings.
 *
 * @throws CannotStart when the credentials file cannot be read
 */
export async function openMessaging(options: MessagingOptions): Promise<Messaging> {
  const { outbound, guard, clock, queues, subjects } = options;
  const { credentialsFile, ...named } = subjects;
  const service = queueService(queues);
  const credentials = credentialsFile === undefined ? undefined : await readCredentialsFile(credentialsFile);
  const nats = natsSubjects({ guard, clock, service: { ...named, credentials } });
  return {
    send: (queue, message) => sendToQueue({ outbound, clock, service }, queue, message),
    publish: (address, message) => nats.publish(address, message),
    close: () => nats.close(),
  };
}

function queueService({ endpoint, credentials }: MessagingOptions['queues']): QueueService | undefined {
  if (endpoint === undefined) return undefined;
  return {
    endpoint: endpoint === 'aws' ? undefined : endpoint,
    credentials: credentials ? async () => credentials : machineCredentials(),
  };
}

/** Those of the environment, a profile, a role of the machine: looked for when the first event goes to a queue. */
function machineCredentials(): () => Promise<SigningCredentials> {
  let provider: (() => Promise<SigningCredentials>) | undefined;
  return async () => {
    if (!provider) {
      const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
      provider = defaultProvider();
    }
    return provider();
  };
}

async function readCredentialsFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`BERTH_NATS_CREDENTIALS_FILE cannot be read: ${error.message}. Name a credentials file.`);
  });
  if (!text.includes('-----BEGIN NATS USER JWT-----')) {
    throw new CannotStart(`BERTH_NATS_CREDENTIALS_FILE, ${file}, holds no user. Make one with: nsc generate creds`);
  }
  return text;
}

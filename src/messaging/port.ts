/**
 * Services outside that carry messages: queues, and subjects that others listen to. Tenants name them; the operator says
 * which service it is, and what Berth is known by there.
 */
export interface Messaging {
  /**
   * Sends a message to a queue of the service that the settings name. It has it when this resolves.
   *
   * @throws NotCarried
   */
  send(queue: QueueAddress, message: QueueMessage): Promise<void>;
  /**
   * Publishes a message on a subject of NATS. When this resolves, the stream that keeps the subject's messages has it, or
   * the server, where there is no such stream.
   *
   * @throws NotCarried
   */
  publish(subject: SubjectAddress, message: SubjectMessage): Promise<void>;
  close(): Promise<void>;
}

export interface QueueAddress {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export interface QueueMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** For queues that keep the order; `deduplicationId`: of those with the same one the queue takes the first. */
  readonly fifo?: { readonly groupId: string; readonly deduplicationId: string };
}

export interface SubjectAddress {
  /** `nats://host:port` or `tls://host:port`. */
  readonly server: string;
  readonly subject: string;
}

export interface SubjectMessage {
  /** Of messages with the same one a stream keeps the first. */
  readonly id: string;
  readonly body: string;
}

/**
 * A message that nobody has taken. `isFinal`: another try cannot help, since the queue is not there, or the address is
 * none that Berth may ask. `code`: EventBridge's word for why.
 */
export class NotCarried extends Error {
  override readonly name = 'NotCarried';
  readonly code: string;
  readonly isFinal: boolean;

  constructor(
    message: string,
    { code, isFinal = false, cause }: { readonly code: string; readonly isFinal?: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.code = code;
    this.isFinal = isFinal;
  }
}

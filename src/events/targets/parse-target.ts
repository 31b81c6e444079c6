/** Where events go: what the ARN of a target names. */
export type Target = WebhookTarget | QueueTarget | SubjectTarget;

/** An HTTP address that gets each event by POST. */
export interface WebhookTarget {
  readonly kind: 'webhook';
  /** Without its fragment. It may hold `*`, which path parameters replace. */
  readonly url: string;
  /** As the event's own JSON, or as CloudEvents 1.0 over HTTP in one of its two modes. */
  readonly form: 'json' | 'cloudevents-structured' | 'cloudevents-binary';
}

/** A queue of a service that speaks SQS's protocol. */
export interface QueueTarget {
  readonly kind: 'queue';
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly isFifo: boolean;
}

/** A subject of NATS. */
export interface SubjectTarget {
  readonly kind: 'subject';
  /** `nats://host:port`, or `tls://host:port` where the connection is encrypted. */
  readonly server: string;
  readonly subject: string;
}

/** Some programs take nothing but an ARN: an address may stand in one, behind these words. */
const IN_ARN = /^arn:aws:events:[a-z0-9-]*:(?:[0-9]{12})?:url\/(.*)$/;
const QUEUE = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):([0-9]{12}):((?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?)$/;
/** Tokens without wildcards; what begins with a dollar or _INBOX belongs to the server and its clients. */
const SUBJECT = /^(?!\$|_INBOX\.)[A-Za-z0-9_$-]+(?:\.[A-Za-z0-9_$-]+)*$/;
const FORMS: Readonly<Record<string, WebhookTarget['form']>> = {
  '': 'json',
  '#cloudevents': 'cloudevents-structured',
  '#cloudevents-binary': 'cloudevents-binary',
};

/**
 * What `arn` names: `https://host/path` (or `http://`), with `#cloudevents` or `#cloudevents-binary` behind it for those
 * forms; `nats://host:port/subject` (or `tls://`); `arn:aws:sqs:REGION:ACCOUNT:QUEUE`; and the addresses again as
 * `arn:aws:events:::url/ADDRESS`. Undefined when it is none of these.
 */
export function parseTarget(arn: string): Target | undefined {
  const [, region, account, name, fifo] = QUEUE.exec(arn) ?? [];
  if (region !== undefined && account !== undefined && name !== undefined) {
    return { kind: 'queue', region, account, name, isFifo: fifo !== undefined };
  }
  const address = IN_ARN.exec(arn)?.[1] ?? arn;
  const url = URL.parse(address);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a parser of addresses drops them without a word.
  if (url === null || url.host === '' || /[\x00-\x20\x7f\\]/.test(address)) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  return isHttp(url) ? webhook(url) : subject(url);
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function webhook(url: URL): WebhookTarget | undefined {
  const form = FORMS[url.hash];
  if (form === undefined) return undefined;
  url.hash = '';
  return { kind: 'webhook', url: url.href, form };
}

function subject({ protocol, hostname, port, pathname, search, hash }: URL): SubjectTarget | undefined {
  if (protocol !== 'nats:' && protocol !== 'tls:') return undefined;
  const name = pathname.slice(1);
  // A host of such a scheme is any text to the parser.
  if (!/^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/.test(hostname)) return undefined;
  if (!SUBJECT.test(name) || search !== '' || hash !== '') return undefined;
  return { kind: 'subject', server: `${protocol}//${hostname.toLowerCase()}:${port || 4222}`, subject: name };
}

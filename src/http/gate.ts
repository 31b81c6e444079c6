import type { Door, Doors } from './door.ts';

/** Doors that are shut at first: 503 until the program has started behind them. Health answers from the beginning. */
export interface Gate {
  readonly doors: Doors;
  open(doors: Omit<Doors, 'health'>): void;
}

export function gate(health: Door): Gate {
  let behind: Omit<Doors, 'health'> = { distribution: shut, aws: shutToApi, welcome: shut, metrics: shut };
  return {
    doors: {
      health,
      distribution: (exchange) => behind.distribution(exchange),
      aws: (exchange) => behind.aws(exchange),
      welcome: (exchange) => behind.welcome(exchange),
      metrics: (exchange) => behind.metrics(exchange),
    },
    open(doors) {
      behind = doors;
    },
  };
}

async function shut({ response }: Parameters<Door>[0]): Promise<void> {
  response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain; charset=utf-8' });
  response.end('Berth is starting.\n');
}

/** SDKs try again after this; a body that is not of the protocol they would take for a broken answer. */
async function shutToApi({ request, response, requestId }: Parameters<Door>[0]): Promise<void> {
  const isQuery = request.headers['x-amz-target'] === undefined;
  const [code, message] = ['ServiceUnavailable', 'Berth is starting.'];
  response.writeHead(503, {
    'Retry-After': '1',
    'Content-Type': isQuery ? 'text/xml' : 'application/x-amz-json-1.1',
    'x-amzn-ErrorType': code,
  });
  response.end(
    isQuery
      ? `<ErrorResponse><Error><Type>Receiver</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      : JSON.stringify({ __type: code, message }),
  );
}

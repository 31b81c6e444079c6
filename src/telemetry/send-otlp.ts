import { Agent as PlainAgent, request as plainly } from 'node:http';
import { Agent as SecureAgent, request as securely } from 'node:https';

const TIMEOUT_MS = 10_000;

/** Sends JSON to the collector that the operator named; rejects when it is not taken within ten seconds. */
export interface OtlpSender {
  send(body: string): Promise<void>;
  close(): void;
}

/** `endpoint` is that of OTLP over HTTP, as OTEL_EXPORTER_OTLP_ENDPOINT has it: `/v1/traces` is put behind it. */
export function otlpSender(endpoint: string): OtlpSender {
  const url = new URL(`${endpoint.replace(/\/+$/, '')}/v1/traces`);
  const isPlain = url.protocol === 'http:';
  const agent = isPlain ? new PlainAgent({ keepAlive: true }) : new SecureAgent({ keepAlive: true });
  const ask = isPlain ? plainly : securely;
  return {
    send(body) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const request = ask(url, { method: 'POST', agent, headers, signal }, (response) => {
        const { statusCode = 0 } = response;
        response.on('error', reject).resume();
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`The collector answered ${statusCode}.`));
      });
      request.on('error', reject).end(body);
      return promise;
    },
    close: () => agent.destroy(),
  };
}

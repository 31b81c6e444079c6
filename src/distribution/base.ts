import { type Endpoint, LOGGED_IN } from './endpoint.ts';
import { sendJson } from './send-json.ts';

/** `GET /v2/`: this is a registry, and the login is good. What docker login asks. distribution-spec 1.1, end-1. */
export const Base: Endpoint = {
  action: LOGGED_IN,
  resources: () => ['*'],

  async handle({ answer }) {
    sendJson(answer, 200, {});
  },
};

import type { Door } from './door.ts';

/** GET /: says to a person who opens the address what this is, and how to log in; `urlFor` is how he calls it. */
export function welcome({ urlFor, region }: { urlFor: (host: string | undefined) => string; region: string }): Door {
  return async ({ request, response }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD, POST', 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('Use GET for this page, POST for the API.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(text(urlFor(request.headers.host), region));
  };
}

function text(url: string, region: string): string {
  const { host } = new URL(url);
  return `This is Berth, a registry for container images that speaks Amazon ECR's API.

Log in with your access key in the environment:
  aws ecr get-login-password --endpoint-url ${url} --region ${region} | docker login -u AWS --password-stdin ${host}

Then push and pull:
  aws ecr create-repository --endpoint-url ${url} --region ${region} --repository-name app
  docker tag IMAGE ${host}/app:1
  docker push ${host}/app:1

GET /healthz says whether it is alive, GET /readyz whether it is ready to serve.
`;
}

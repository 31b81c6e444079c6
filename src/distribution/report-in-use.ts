import { parseReport, reportInUse } from '../in-use/report-in-use.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { readAtMost } from './read-body.ts';
import { ReportTooLarge } from './refusals.ts';
import { sendJson } from './send-json.ts';

const REPORT_LIMIT = 4 * 1024 * 1024;

/**
 * Says which images of the repository run at a reporter. Who may pull them may say that he runs them. An extension in
 * the form that distribution-spec 1.1, "Extensions", leaves for them.
 */
export const ReportInUse: Endpoint = {
  action: 'ecr:BatchGetImage',
  recordedAs: 'ReportImagesInUse',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, request, answer }) {
    const body = await readAtMost(request, REPORT_LIMIT, () => ReportTooLarge({ limit: REPORT_LIMIT }));
    const report = parseReport(body.toString('utf8'));
    sendJson(answer, 200, await reportInUse(world, registry, repositoryName, report));
  },
};

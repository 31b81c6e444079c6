import {
  accessReport,
  type EntityAccess,
  reportSubject,
  type ServiceAccess,
} from '../../../identity/iam/access-report.ts';
import { type AccessReport, accessReportId, parseAccessReportId } from '../../../identity/iam/access-report-id.ts';
import { InvalidInput, NotThere } from '../../../identity/iam/refusals.ts';
import type {
  EntityDetails,
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse,
  ServiceLastAccessed,
} from '../../model/iam.ts';
import { type Call, operation } from '../../operation.ts';
import { cutPage } from '../paging.ts';

/** Asks for a report about who uses the services that he may use. API_GenerateServiceLastAccessedDetails. */
export const GenerateServiceLastAccessedDetails = operation<
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse
>({
  service: 'iam',
  name: 'GenerateServiceLastAccessedDetails',
  action: 'iam:GenerateServiceLastAccessedDetails',
  resource: (it) => it.Arn,

  async handle({ Arn, Granularity: granularity = 'SERVICE_LEVEL' }, { world, principal }) {
    const subjectId = await reportSubject(world, principal.account, Arn);
    const report = { subjectId, granularity, askedAt: world.clock.now() };
    return { JobId: accessReportId(world.secrets, principal.account, report) };
  },
});

export const GetServiceLastAccessedDetails = operation<
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse
>({
  service: 'iam',
  name: 'GetServiceLastAccessedDetails',
  action: 'iam:GetServiceLastAccessedDetails',
  resource: () => '*',

  async handle(input, call) {
    const report = reportOf(call, input.JobId);
    const items = await accessReport(call.world, call.principal.account, report);
    const listing = { operation: 'GetServiceLastAccessedDetails', filter: input.JobId };
    const page = cutPage(call, listing, input, { items, positionOf: (it) => it.namespace });
    return {
      ...done(report),
      JobType: report.granularity,
      ServicesLastAccessed: page.items.map(serviceLastAccessed),
      ...page.end,
    };
  },
});

export const GetServiceLastAccessedDetailsWithEntities = operation<
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse
>({
  service: 'iam',
  name: 'GetServiceLastAccessedDetailsWithEntities',
  action: 'iam:GetServiceLastAccessedDetailsWithEntities',
  resource: () => '*',

  async handle(input, call) {
    const report = reportOf(call, input.JobId);
    const services = await accessReport(call.world, call.principal.account, report);
    const service = services.find((it) => it.namespace === input.ServiceNamespace);
    if (!service) throw InvalidInput({ what: `The report has no service ${input.ServiceNamespace}.` });
    const listing = {
      operation: 'GetServiceLastAccessedDetailsWithEntities',
      filter: [input.JobId, input.ServiceNamespace],
    };
    const items = [...service.entities].sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = cutPage(call, listing, input, { items, positionOf: (it) => it.id });
    return { ...done(report), EntityDetailsList: page.items.map(entityDetails), ...page.end };
  },
});

function reportOf({ world, principal }: Call, jobId: string): AccessReport {
  const report = parseAccessReportId(world.secrets, principal.account, jobId);
  if (!report) throw NotThere({ what: `Job ${jobId}` });
  return report;
}

/** Reports are made when they are read. */
function done({ askedAt }: AccessReport) {
  return { JobStatus: 'COMPLETED', JobCreationDate: askedAt, JobCompletionDate: askedAt } as const;
}

function serviceLastAccessed({ namespace, serviceName, entities }: ServiceAccess): ServiceLastAccessed {
  const [latest] = entities;
  return {
    ServiceName: serviceName,
    ServiceNamespace: namespace,
    ...(latest?.last && {
      LastAuthenticated: latest.last.at,
      LastAuthenticatedEntity: latest.arn,
      LastAuthenticatedRegion: latest.last.region,
    }),
    TotalAuthenticatedEntities: entities.filter((it) => it.last !== undefined).length,
  };
}

function entityDetails({ kind, last, ...it }: EntityAccess): EntityDetails {
  return {
    EntityInfo: { Arn: it.arn, Name: it.name, Type: kind === 'user' ? 'USER' : 'ROLE', Id: it.id, Path: it.path },
    ...(last && { LastAuthenticated: last.at }),
  };
}

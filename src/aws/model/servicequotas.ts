// Generated from Service Quotas's published API model (2019-06-24) by: npm run model

export type AppliedLevelEnum = 'ACCOUNT' | 'RESOURCE' | 'ALL';

export type ErrorCode =
  | 'DEPENDENCY_ACCESS_DENIED_ERROR'
  | 'DEPENDENCY_THROTTLING_ERROR'
  | 'DEPENDENCY_SERVICE_ERROR'
  | 'SERVICE_QUOTA_NOT_AVAILABLE_ERROR';

export interface ErrorReason {
  readonly ErrorCode?: ErrorCode;
  readonly ErrorMessage?: string;
}

export interface GetAWSDefaultServiceQuotaRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

export interface GetAWSDefaultServiceQuotaResponse {
  readonly Quota?: ServiceQuota;
}

export interface GetServiceQuotaRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  readonly ContextId?: string;
}

export interface GetServiceQuotaResponse {
  readonly Quota?: ServiceQuota;
}

export interface ListAWSDefaultServiceQuotasRequest {
  readonly ServiceCode: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

export interface ListAWSDefaultServiceQuotasResponse {
  readonly NextToken?: string;
  readonly Quotas?: readonly ServiceQuota[];
}

export interface ListServiceQuotasRequest {
  readonly ServiceCode: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly QuotaCode?: string;
  readonly QuotaAppliedAtLevel?: AppliedLevelEnum;
}

export interface ListServiceQuotasResponse {
  readonly NextToken?: string;
  readonly Quotas?: readonly ServiceQuota[];
}

export interface ListServicesRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

export interface ListServicesResponse {
  readonly NextToken?: string;
  readonly Services?: readonly ServiceInfo[];
}

export interface MetricInfo {
  readonly MetricNamespace?: string;
  readonly MetricName?: string;
  readonly MetricDimensions?: Readonly<Record<string, string>>;
  readonly MetricStatisticRecommendation?: string;
}

export type PeriodUnit = 'MICROSECOND' | 'MILLISECOND' | 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK';

export interface QuotaContextInfo {
  readonly ContextScope?: QuotaContextScope;
  readonly ContextScopeType?: string;
  readonly ContextId?: string;
}

export type QuotaContextScope = 'RESOURCE' | 'ACCOUNT';

export interface QuotaPeriod {
  readonly PeriodValue?: number;
  readonly PeriodUnit?: PeriodUnit;
}

export interface ServiceInfo {
  readonly ServiceCode?: string;
  readonly ServiceName?: string;
}

export interface ServiceQuota {
  readonly ServiceCode?: string;
  readonly ServiceName?: string;
  readonly QuotaArn?: string;
  readonly QuotaCode?: string;
  readonly QuotaName?: string;
  readonly Value?: number;
  readonly Unit?: string;
  readonly Adjustable?: boolean;
  readonly GlobalQuota?: boolean;
  readonly UsageMetric?: MetricInfo;
  readonly Period?: QuotaPeriod;
  readonly ErrorReason?: ErrorReason;
  readonly QuotaAppliedAtLevel?: AppliedLevelEnum;
  readonly QuotaContext?: QuotaContextInfo;
  readonly Description?: string;
}

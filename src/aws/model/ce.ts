// Generated from Cost Explorer's published API model (2017-10-25) by: npm run model

export type Context = 'COST_AND_USAGE' | 'RESERVATIONS' | 'SAVINGS_PLANS';

export interface CostCategoryValues {
  readonly Key?: string;
  readonly Values?: readonly string[];
  readonly MatchOptions?: readonly MatchOption[];
}

export interface DateInterval {
  readonly Start: string;
  readonly End: string;
}

export type Dimension =
  | 'AZ'
  | 'INSTANCE_TYPE'
  | 'LINKED_ACCOUNT'
  | 'PAYER_ACCOUNT'
  | 'LINKED_ACCOUNT_NAME'
  | 'OPERATION'
  | 'PURCHASE_TYPE'
  | 'REGION'
  | 'SERVICE'
  | 'SERVICE_CODE'
  | 'USAGE_TYPE'
  | 'USAGE_TYPE_GROUP'
  | 'RECORD_TYPE'
  | 'OPERATING_SYSTEM'
  | 'TENANCY'
  | 'SCOPE'
  | 'PLATFORM'
  | 'SUBSCRIPTION_ID'
  | 'LEGAL_ENTITY_NAME'
  | 'DEPLOYMENT_OPTION'
  | 'DATABASE_ENGINE'
  | 'CACHE_ENGINE'
  | 'INSTANCE_TYPE_FAMILY'
  | 'BILLING_ENTITY'
  | 'RESERVATION_ID'
  | 'RESOURCE_ID'
  | 'RIGHTSIZING_TYPE'
  | 'SAVINGS_PLANS_TYPE'
  | 'SAVINGS_PLAN_ARN'
  | 'PAYMENT_OPTION'
  | 'AGREEMENT_END_DATE_TIME_AFTER'
  | 'AGREEMENT_END_DATE_TIME_BEFORE'
  | 'INVOICING_ENTITY'
  | 'ANOMALY_TOTAL_IMPACT_ABSOLUTE'
  | 'ANOMALY_TOTAL_IMPACT_PERCENTAGE';

export interface DimensionValues {
  readonly Key?: Dimension;
  readonly Values?: readonly string[];
  readonly MatchOptions?: readonly MatchOption[];
}

export interface DimensionValuesWithAttributes {
  readonly Value?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

export interface Expression {
  readonly Or?: readonly Expression[];
  readonly And?: readonly Expression[];
  readonly Not?: Expression;
  readonly Dimensions?: DimensionValues;
  readonly Tags?: TagValues;
  readonly CostCategories?: CostCategoryValues;
}

export interface ForecastResult {
  readonly TimePeriod?: DateInterval;
  readonly MeanValue?: string;
  readonly PredictionIntervalLowerBound?: string;
  readonly PredictionIntervalUpperBound?: string;
}

export interface GetCostAndUsageRequest {
  readonly TimePeriod: DateInterval;
  readonly Granularity: Granularity;
  readonly Filter?: Expression;
  readonly Metrics: readonly string[];
  readonly GroupBy?: readonly GroupDefinition[];
  readonly BillingViewArn?: string;
  readonly NextPageToken?: string;
}

export interface GetCostAndUsageResponse {
  readonly NextPageToken?: string;
  readonly GroupDefinitions?: readonly GroupDefinition[];
  readonly ResultsByTime?: readonly ResultByTime[];
  readonly DimensionValueAttributes?: readonly DimensionValuesWithAttributes[];
}

export interface GetCostAndUsageWithResourcesRequest {
  readonly TimePeriod: DateInterval;
  readonly Granularity: Granularity;
  readonly Filter: Expression;
  readonly Metrics?: readonly string[];
  readonly GroupBy?: readonly GroupDefinition[];
  readonly BillingViewArn?: string;
  readonly NextPageToken?: string;
}

export interface GetCostAndUsageWithResourcesResponse {
  readonly NextPageToken?: string;
  readonly GroupDefinitions?: readonly GroupDefinition[];
  readonly ResultsByTime?: readonly ResultByTime[];
  readonly DimensionValueAttributes?: readonly DimensionValuesWithAttributes[];
}

export interface GetCostForecastRequest {
  readonly TimePeriod: DateInterval;
  readonly Metric: Metric;
  readonly Granularity: Granularity;
  readonly Filter?: Expression;
  readonly BillingViewArn?: string;
  readonly PredictionIntervalLevel?: number;
}

export interface GetCostForecastResponse {
  readonly Total?: MetricValue;
  readonly ForecastResultsByTime?: readonly ForecastResult[];
}

export interface GetDimensionValuesRequest {
  readonly SearchString?: string;
  readonly TimePeriod: DateInterval;
  readonly Dimension: Dimension;
  readonly Context?: Context;
  readonly Filter?: Expression;
  readonly SortBy?: readonly SortDefinition[];
  readonly BillingViewArn?: string;
  readonly MaxResults?: number;
  readonly NextPageToken?: string;
}

export interface GetDimensionValuesResponse {
  readonly DimensionValues: readonly DimensionValuesWithAttributes[];
  readonly ReturnSize: number;
  readonly TotalSize: number;
  readonly NextPageToken?: string;
}

export interface GetTagsRequest {
  readonly SearchString?: string;
  readonly TimePeriod: DateInterval;
  readonly TagKey?: string;
  readonly Filter?: Expression;
  readonly SortBy?: readonly SortDefinition[];
  readonly BillingViewArn?: string;
  readonly MaxResults?: number;
  readonly NextPageToken?: string;
}

export interface GetTagsResponse {
  readonly NextPageToken?: string;
  readonly Tags: readonly string[];
  readonly ReturnSize: number;
  readonly TotalSize: number;
}

export type Granularity = 'DAILY' | 'MONTHLY' | 'HOURLY';

export interface Group {
  readonly Keys?: readonly string[];
  readonly Metrics?: Readonly<Record<string, MetricValue>>;
}

export interface GroupDefinition {
  readonly Type?: GroupDefinitionType;
  readonly Key?: string;
}

export type GroupDefinitionType = 'DIMENSION' | 'TAG' | 'COST_CATEGORY';

export type MatchOption =
  | 'EQUALS'
  | 'ABSENT'
  | 'STARTS_WITH'
  | 'ENDS_WITH'
  | 'CONTAINS'
  | 'CASE_SENSITIVE'
  | 'CASE_INSENSITIVE'
  | 'GREATER_THAN_OR_EQUAL';

export type Metric =
  | 'BLENDED_COST'
  | 'UNBLENDED_COST'
  | 'AMORTIZED_COST'
  | 'NET_UNBLENDED_COST'
  | 'NET_AMORTIZED_COST'
  | 'USAGE_QUANTITY'
  | 'NORMALIZED_USAGE_AMOUNT';

export interface MetricValue {
  readonly Amount?: string;
  readonly Unit?: string;
}

export interface ResultByTime {
  readonly TimePeriod?: DateInterval;
  readonly Total?: Readonly<Record<string, MetricValue>>;
  readonly Groups?: readonly Group[];
  readonly Estimated?: boolean;
}

export interface SortDefinition {
  readonly Key: string;
  readonly SortOrder?: SortOrder;
}

export type SortOrder = 'ASCENDING' | 'DESCENDING';

export interface TagValues {
  readonly Key?: string;
  readonly Values?: readonly string[];
  readonly MatchOptions?: readonly MatchOption[];
}

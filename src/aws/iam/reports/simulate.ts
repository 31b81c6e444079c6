import {
  contextKeysOfInput,
  contextKeysOfPrincipal,
  type Simulated,
  type SimulationResult,
  simulateCustom,
  simulatePrincipal,
} from '../../../identity/iam/simulate.ts';
import type {
  ContextEntry,
  EvaluationResult,
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '../../model/iam.ts';
import { type Call, operation } from '../../operation.ts';
import { type Listing, pageEnd, pageOf } from '../paging.ts';

type Asked = SimulateCustomPolicyRequest | SimulatePrincipalPolicyRequest;

/** What actions would come to for a user, group or role. API_SimulatePrincipalPolicy. */
export const SimulatePrincipalPolicy = operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse>({
  service: 'iam',
  name: 'SimulatePrincipalPolicy',
  action: 'iam:SimulatePrincipalPolicy',
  resource: (it) => it.PolicySourceArn,

  async handle(input, call) {
    const { world, principal } = call;
    const results = await simulatePrincipal(world, principal.account, input.PolicySourceArn, simulated(input));
    return answer(call, 'SimulatePrincipalPolicy', input, results);
  },
});

/** What actions would come to by the documents given. API_SimulateCustomPolicy. */
export const SimulateCustomPolicy = operation<SimulateCustomPolicyRequest, SimulatePolicyResponse>({
  service: 'iam',
  name: 'SimulateCustomPolicy',
  action: 'iam:SimulateCustomPolicy',
  resource: () => '*',

  async handle(input, call) {
    const results = simulateCustom(call.world, call.principal.account, simulated(input));
    return answer(call, 'SimulateCustomPolicy', input, results);
  },
});

export const GetContextKeysForCustomPolicy = operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  service: 'iam',
  name: 'GetContextKeysForCustomPolicy',
  action: 'iam:GetContextKeysForCustomPolicy',
  resource: () => '*',

  async handle({ PolicyInputList }) {
    return { ContextKeyNames: contextKeysOfInput(PolicyInputList) };
  },
});

export const GetContextKeysForPrincipalPolicy = operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  service: 'iam',
  name: 'GetContextKeysForPrincipalPolicy',
  action: 'iam:GetContextKeysForPrincipalPolicy',
  resource: (it) => it.PolicySourceArn,

  async handle({ PolicySourceArn, PolicyInputList = [] }, { world, principal }) {
    const keys = await contextKeysOfPrincipal(world, principal.account, PolicySourceArn, PolicyInputList);
    return { ContextKeyNames: keys };
  },
});

function simulated(input: Asked): Simulated {
  return {
    policies: input.PolicyInputList ?? [],
    boundaries: input.PermissionsBoundaryPolicyInputList,
    actions: input.ActionNames,
    resources: input.ResourceArns,
    resourcePolicy: input.ResourcePolicy,
    resourceOwner: input.ResourceOwner,
    callerArn: input.CallerArn,
    context: new Map((input.ContextEntries ?? []).flatMap(contextEntry)),
  };
}

/** One value of a key that may have several is a list too. */
function contextEntry(entry: ContextEntry): [string, string | readonly string[]][] {
  const { ContextKeyName: key, ContextKeyValues: values = [], ContextKeyType: type } = entry;
  const [first] = values;
  if (key === undefined || first === undefined) return [];
  return [[key, type?.endsWith('List') || values.length > 1 ? values : first]];
}

/** Results have no names to go on behind: a page goes on behind a number of them. */
function answer(call: Call, operationName: string, input: Asked, results: readonly SimulationResult[]) {
  const { Marker: _, MaxItems: __, ...asked } = input;
  const listing: Listing = { operation: operationName, filter: asked };
  const { after = '0', limit } = pageOf(call, listing, input);
  const end = Number(after) + limit;
  return {
    EvaluationResults: results.slice(Number(after), end).map(evaluationResult),
    ...pageEnd(call, listing, end < results.length ? String(end) : undefined),
  };
}

function evaluationResult(result: SimulationResult): EvaluationResult {
  const { isAllowedByBoundary, sides } = result;
  return {
    EvalActionName: result.action,
    EvalResourceName: result.resource,
    EvalDecision: result.decision,
    MatchedStatements: result.matchedStatements.map((it) => ({
      SourcePolicyId: it.policyId,
      SourcePolicyType: it.source,
      StartPosition: { Line: it.start.line, Column: it.start.column },
      EndPosition: { Line: it.end.line, Column: it.end.column },
    })),
    MissingContextValues: result.missingContextValues,
    ...(isAllowedByBoundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowedByBoundary },
    }),
    ...(sides && { EvalDecisionDetails: { 'IAM Policy': sides.identity, 'Resource Policy': sides.resource } }),
  };
}

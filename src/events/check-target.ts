import type { TargetInput } from './input/body-of.ts';
import { parseJsonPath } from './input/json-path.ts';
import { fillTemplate, isJson, isJsonOrTexts, parseTemplate, RESERVED, variablesOf } from './input/template.ts';
import { Invalid } from './refusals.ts';
import { parseTarget } from './targets/parse-target.ts';
import { mayBeParameter } from './targets/webhook-request.ts';

/** A target as the API has it, as far as it means something here. */
export interface RuleTarget extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly HttpParameters?: {
    readonly PathParameterValues?: readonly string[];
    readonly HeaderParameters?: Readonly<Record<string, string>>;
    readonly QueryStringParameters?: Readonly<Record<string, string>>;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
}

/** Parameters of services that are not here: they would do nothing. */
const OF_OTHER_TARGETS = [
  'KinesisParameters',
  'RunCommandParameters',
  'EcsParameters',
  'BatchParameters',
  'RedshiftDataParameters',
  'SageMakerPipelineParameters',
  'AppSyncParameters',
] as const;

const VARIABLES_AT_MOST = 100;

/** Whether events can be sent there, and what they become on the way. @throws Invalid */
export function checkTarget(target: RuleTarget): void {
  const { Id, Arn, DeadLetterConfig: deadLetter } = target;
  const parsed = parseTarget(Arn);
  if (!parsed) throw notAnArn(Arn);
  const foreign = OF_OTHER_TARGETS.find((it) => it in target);
  if (foreign !== undefined) {
    throw Invalid({ what: `Parameter ${foreign} is not valid. Reason: The target ${Id} takes no such parameters.` });
  }
  const isFifo = parsed.kind === 'queue' && parsed.isFifo;
  if (isFifo && target.SqsParameters?.MessageGroupId === undefined) {
    throw Invalid({ what: `Parameter(s) SqsParameters must be specified for target: ${Id}.` });
  }
  const own = Object.keys(target.HttpParameters?.HeaderParameters ?? {}).find((it) => !mayBeParameter(it));
  if (own !== undefined) {
    throw Invalid({ what: `Parameter HeaderParameters is not valid. Reason: The header ${own} may not be set.` });
  }
  if (deadLetter?.Arn !== undefined && parseTarget(deadLetter.Arn)?.kind !== 'queue') throw notAnArn(deadLetter.Arn);
  checkInput(target);
}

function notAnArn(arn: string) {
  return Invalid({ what: `Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.` });
}

function checkInput({ Id, Input, InputPath, InputTransformer }: RuleTarget): void {
  if ([Input, InputPath, InputTransformer].filter((it) => it !== undefined).length > 1) {
    throw Invalid({ what: `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.` });
  }
  if (Input !== undefined && !isJson(Input)) throw Invalid({ what: `JSON syntax error in input for target ${Id}.` });
  if (InputPath !== undefined) checkPath(Id, InputPath);
  if (InputTransformer) checkTransformer(Id, InputTransformer);
}

function checkPath(id: string, path: string): void {
  if (parseJsonPath(path)) return;
  throw Invalid({ what: `Parameter InputPath is not valid. Reason: Invalid JsonPath ${path} for target ${id}.` });
}

function checkTransformer(
  id: string,
  { InputPathsMap: paths = {}, InputTemplate }: NonNullable<RuleTarget['InputTransformer']>,
): void {
  for (const [name, path] of Object.entries(paths)) {
    if (name.toLowerCase().startsWith('aws')) {
      throw Invalid({ what: `Invalid InputPathsMap for target ${id} : ${name} begins with AWS, which is reserved.` });
    }
    checkPath(id, path);
  }
  const template = parseTemplate(InputTemplate);
  const variables = variablesOf(template);
  const unknown = variables.find((it) => !RESERVED.has(it) && !Object.hasOwn(paths, it));
  if (unknown !== undefined) {
    throw Invalid({ what: `Invalid InputTemplate for target ${id} : <${unknown}> is not in the InputPathsMap.` });
  }
  if (variables.length > VARIABLES_AT_MOST) {
    throw Invalid({
      what: `Invalid InputTemplate for target ${id} : It has more than ${VARIABLES_AT_MOST} variables.`,
    });
  }
  if (!isJsonOrTexts(fillTemplate(template, () => ''))) {
    throw Invalid({ what: `Invalid InputTemplate for target ${id} : It is neither JSON nor a text in quotes.` });
  }
}

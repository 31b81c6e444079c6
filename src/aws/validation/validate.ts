import type { Model } from '../model/model.ts';
import { nullsIn, violationsIn } from './find-violations.ts';
import { violatedInEcr, violatedInOthers } from './violated.ts';

/**
 * Checks decoded input against all constraints of a structure of the published model and gives it typed: `Input` must
 * be the generated type of that name, as in `validate<PutImageRequest>(ECR, 'PutImageRequest', decoded)`.
 *
 * @throws ConstraintViolated: null checks, then members in model order. ECR says the first, other services all
 */
export function validate<Input>(model: Model, shapeName: string, input: unknown): Input {
  const nulls = nullsIn(model, shapeName, input);
  const violations = violationsIn(model, shapeName, input);
  if (model.serviceId === 'ECR') {
    const first = nulls.next().value ?? violations.next().value;
    if (first) throw violatedInEcr(first);
  } else {
    const all = [...nulls, ...violations];
    if (all.length > 0) throw violatedInOthers(model, all);
  }
  return input as Input;
}

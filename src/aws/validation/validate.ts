import type { Model } from '../model/model.ts';
import { decode } from './decode.ts';
import { findNull, findViolation } from './find-violation.ts';
import { ConstraintViolated } from './refusals.ts';

/**
 * Checks parsed JSON against all constraints of a structure of the published model and gives it typed: blobs decoded,
 * timestamps as `Date`, members that are unknown or null left out. `Input` must be the generated type of that name:
 * `validate<PutImageRequest>(ECR, 'PutImageRequest', body)`. An absent body is `{}` to the caller.
 *
 * @throws SerializationFailed for a wrong JSON type anywhere; else ConstraintViolated for the first violation: null
 *   checks, then members in model order
 */
export function validate<Input>(model: Model, shapeName: string, json: unknown): Input {
  const input = decode(model, shapeName, json);
  const violation = findNull(model, shapeName, input) ?? findViolation(model, shapeName, input);
  if (violation) throw ConstraintViolated({ ...violation });
  return input as Input;
}

import { enableRotation } from '../../kms/rotation.ts';
import type { EnableKeyRotationRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Rotates a key each so many days. API_EnableKeyRotation. */
export const EnableKeyRotation = keyOperation<EnableKeyRotationRequest, void>({
  name: 'EnableKeyRotation',
  conditions: ({ RotationPeriodInDays }) =>
    RotationPeriodInDays === undefined ? [] : [['kms:RotationPeriodInDays', String(RotationPeriodInDays)]],
  handle: ({ RotationPeriodInDays }, { world }, key) => enableRotation(world, key, RotationPeriodInDays),
});

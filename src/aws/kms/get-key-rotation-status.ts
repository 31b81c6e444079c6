import type { GetKeyRotationStatusRequest, GetKeyRotationStatusResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Says whether and when a key is rotated; of one that never can be, that it is not. API_GetKeyRotationStatus. */
export const GetKeyRotationStatus = keyOperation<GetKeyRotationStatusRequest, GetKeyRotationStatusResponse>({
  name: 'GetKeyRotationStatus',

  async handle(_, __, { row, arn }) {
    return {
      KeyRotationEnabled: row.rotation_days !== null,
      KeyId: arn,
      ...(row.rotation_days !== null && { RotationPeriodInDays: row.rotation_days }),
      ...(row.rotate_at !== null && { NextRotationDate: new Date(row.rotate_at) }),
    };
  },
});

import { scheduleDeletion } from '../../kms/change-state.ts';
import { PENDING_DAYS } from '../../kms/limits.ts';
import type { ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Deletes a key in some days, during which nobody can use it. API_ScheduleKeyDeletion. */
export const ScheduleKeyDeletion = keyOperation<ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse>({
  name: 'ScheduleKeyDeletion',
  conditions: ({ PendingWindowInDays = PENDING_DAYS.usual }) => [
    ['kms:ScheduleKeyDeletionPendingWindowInDays', String(PendingWindowInDays)],
  ],

  async handle({ PendingWindowInDays }, { world }, key) {
    const { deletionDate, days } = await scheduleDeletion(world, key, PendingWindowInDays);
    return { KeyId: key.arn, DeletionDate: deletionDate, KeyState: 'PendingDeletion', PendingWindowInDays: days };
  },
});

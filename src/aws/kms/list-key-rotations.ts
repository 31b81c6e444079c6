import { listRotations } from '../../kms/rotation.ts';
import type { ListKeyRotationsRequest, ListKeyRotationsResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Lists the rotations of a key, with ALL_KEY_MATERIAL also the material that it began with. API_ListKeyRotations. */
export const ListKeyRotations = keyOperation<ListKeyRotationsRequest, ListKeyRotationsResponse>({
  name: 'ListKeyRotations',

  async handle(input, call, key) {
    const { IncludeKeyMaterial = 'ROTATIONS_ONLY' } = input;
    const list = `ListKeyRotations ${key.arn} ${IncludeKeyMaterial}`;
    const { after = '0', limit } = pageOf(call, list, input, 100);
    const versions = await listRotations(call.world, key, { withFirst: IncludeKeyMaterial === 'ALL_KEY_MATERIAL' });
    const rest = versions.filter((it) => it.version > Number(after));
    const { page, ...more } = cutPage(call, list, rest, { limit, positionOf: (it) => String(it.version) });
    return {
      Rotations: page.map((it) => ({
        KeyId: key.arn,
        KeyMaterialId: it.material_id,
        KeyMaterialState: it.version === key.row.current_version ? 'CURRENT' : 'NON_CURRENT',
        ...(it.rotation_type !== null && { RotationDate: new Date(it.created_at), RotationType: it.rotation_type }),
      })),
      ...more,
    };
  },
});

import { putReplicationRules } from '../../replication/configuration.ts';
import type { PutReplicationConfigurationRequest, PutReplicationConfigurationResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { replicationRules } from './replication-rules.ts';

/** Says where the caller's registry replicates to: all of it anew. API_PutReplicationConfiguration. */
export const PutReplicationConfiguration = operation<
  PutReplicationConfigurationRequest,
  PutReplicationConfigurationResponse
>({
  service: 'ecr',
  name: 'PutReplicationConfiguration',
  action: 'ecr:PutReplicationConfiguration',
  resource: () => '*',

  async handle({ replicationConfiguration }, { world, registry, caller }) {
    await putReplicationRules(world, caller, { registry, rules: replicationRules(replicationConfiguration.rules) });
    return { replicationConfiguration };
  },
});

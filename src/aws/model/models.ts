import ecr from './ecr.json' with { type: 'json' };
import { loadModel } from './model.ts';

/** Amazon ECR, API version 2015-09-21. Its types are in ecr.ts. */
export const ECR = loadModel(ecr);

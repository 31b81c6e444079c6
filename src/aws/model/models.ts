import cloudtrail from './cloudtrail.json' with { type: 'json' };
import ecr from './ecr.json' with { type: 'json' };
import iam from './iam.json' with { type: 'json' };
import kms from './kms.json' with { type: 'json' };
import { loadModel } from './model.ts';
import sts from './sts.json' with { type: 'json' };

/** Amazon ECR, API version 2015-09-21. Its types are in ecr.ts; so are those of the others in files of their names. */
export const ECR = loadModel(ecr);

/** AWS IAM, API version 2010-05-08: the operations that are served. */
export const IAM = loadModel(iam);

/** AWS STS, API version 2011-06-15: the operations that are served. */
export const STS = loadModel(sts);

/** AWS KMS, API version 2014-11-01. */
export const KMS = loadModel(kms);

/** AWS CloudTrail, API version 2013-11-01: LookupEvents. */
export const CLOUDTRAIL = loadModel(cloudtrail);

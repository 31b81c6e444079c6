/** The AWS services whose published API models Berth serves: `name` of our files, `folder` in botocore's data. */
export const SERVICES: readonly Service[] = [{ name: 'ecr', folder: 'ecr/2015-09-21' }];

export interface Service {
  readonly name: string;
  readonly folder: string;
}

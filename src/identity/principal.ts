/** Who is calling: so far only an account's root with its access key. */
export interface Principal {
  readonly kind: 'root';
  readonly account: string;
  readonly arn: string;
  /** The unique id that AWS calls UserId; of root it is the account. */
  readonly userId: string;
  readonly accessKeyId: string;
}

/**
 * A target has not taken an event. `code`: EventBridge's word for why, as a dead letter has it; `isFinal`: another try
 * cannot help; `afterMs`: what the target itself said about when to try again.
 */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  readonly code: string;
  readonly isFinal: boolean;
  readonly afterMs: number | undefined;

  constructor(
    message: string,
    {
      code,
      isFinal = false,
      afterMs,
      cause,
    }: {
      readonly code: string;
      readonly isFinal?: boolean;
      readonly afterMs?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause });
    this.code = code;
    this.isFinal = isFinal;
    this.afterMs = afterMs;
  }
}

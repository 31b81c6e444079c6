/** Sealed bytes that are not what was sealed: changed, cut, moved, or sealed for somebody else. Nothing of them is given. */
export class BadEnvelope extends Error {
  override readonly name = 'BadEnvelope';
}

import { BadEnvelope } from '../envelope/bad-envelope.ts';
import type { Opener } from '../envelope/opener.ts';
import type { Passage, Span } from './passages.ts';

/** Opens the frames of a passage, fed in pieces of any size, and lets what lies between its spans be. */
export class PassageOpener {
  readonly #openerOf: (span: Span) => Opener;
  readonly #spans: Span[];
  /** Where in the object the next byte is from. */
  #at: number;
  #opener: Opener | undefined;

  constructor({ spans, stored }: Passage, openerOf: (span: Span) => Opener) {
    this.#openerOf = openerOf;
    this.#spans = [...spans];
    this.#at = stored.first;
  }

  /** The next stored bytes, which are the caller's again afterwards. @throws BadEnvelope */
  push(chunk: Uint8Array): void {
    let rest = chunk;
    for (let [span] = this.#spans; span && rest.length > 0; [span] = this.#spans) {
      const between = Math.min(Math.max(0, span.stored.first - this.#at), rest.length);
      const own = rest.subarray(between, between + Math.max(0, span.stored.last + 1 - (this.#at + between)));
      if (own.length > 0) this.#openerFor(span).push(own);
      this.#at += between + own.length;
      rest = rest.subarray(between + own.length);
      if (this.#at > span.stored.last) this.#finish(span);
    }
    if (rest.length > 0) throw new BadEnvelope('more bytes than it should have');
  }

  /** To be called when there are no more bytes. @throws BadEnvelope when there should be some */
  end(): void {
    for (const span of this.#spans) this.#openerFor(span).end();
  }

  #openerFor(span: Span): Opener {
    this.#opener ??= this.#openerOf(span);
    return this.#opener;
  }

  #finish(span: Span): void {
    this.#openerFor(span).end();
    this.#opener = undefined;
    this.#spans.shift();
  }
}

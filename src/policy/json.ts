import type { Position } from './types.ts';

/** A value of a JSON text that knows where it stands. Numbers keep their text: 1e400 is not made infinite. */
export type JsonNode =
  | JsonObject
  | JsonArray
  | JsonString
  | (Span & { readonly kind: 'number' | 'word'; readonly text: string });

export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, JsonNode>;
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonString extends Span {
  readonly kind: 'string';
  readonly value: string;
}

/** From the value's first character to the one behind its last. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Why a text is not taken. */
export class JsonFault extends Error {
  readonly kind: 'syntax' | 'duplicate' | 'nesting';
  /** The place in the text. */
  readonly at: number;

  constructor(kind: JsonFault['kind'], message: string, at: number) {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\r\n]*/y;
const WORD = /true|false|null/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * RFC 8259 to the letter. A key that an object has twice is a fault: of two readers that differ on which one counts, one
 * would be deceived.
 *
 * @throws JsonFault
 */
export function parseJson(text: string, limits: { readonly nesting: number }): JsonNode {
  const reader = new Reader(text, limits.nesting);
  const value = reader.value(1);
  reader.end();
  return value;
}

/** Line and column of a place in a text, both counted from 1. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

class Reader {
  #at = 0;
  readonly #text: string;
  readonly #nesting: number;

  constructor(text: string, nesting: number) {
    this.#text = text;
    this.#nesting = nesting;
  }

  value(depth: number): JsonNode {
    this.#take(SPACE);
    const start = this.#at;
    switch (this.#text[start]) {
      case '{':
        return this.#object(start, depth);
      case '[':
        return this.#array(start, depth);
      case '"':
        return { kind: 'string', value: this.#string(), start, end: this.#at };
    }
    const word = this.#take(WORD);
    if (word !== '') return { kind: 'word', text: word, start, end: this.#at };
    const number = this.#take(NUMBER);
    if (number !== '') return { kind: 'number', text: number, start, end: this.#at };
    throw this.#unexpected();
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #object(start: number, depth: number): JsonObject {
    this.#enter(depth);
    const members = new Map<string, JsonNode>();
    this.#take(SPACE);
    if (!this.#skip('}')) {
      do {
        this.#take(SPACE);
        if (this.#text[this.#at] !== '"') throw this.#unexpected();
        const key = this.#string();
        if (members.has(key))
          throw new JsonFault('duplicate', `The key "${key.slice(0, 100)}" stands there twice.`, this.#at);
        this.#take(SPACE);
        this.#expect(':');
        members.set(key, this.value(depth + 1));
        this.#take(SPACE);
      } while (this.#skip(','));
      this.#expect('}');
    }
    return { kind: 'object', members, start, end: this.#at };
  }

  #array(start: number, depth: number): JsonArray {
    this.#enter(depth);
    const items: JsonNode[] = [];
    this.#take(SPACE);
    if (!this.#skip(']')) {
      do {
        items.push(this.value(depth + 1));
        this.#take(SPACE);
      } while (this.#skip(','));
      this.#expect(']');
    }
    return { kind: 'array', items, start, end: this.#at };
  }

  #string(): string {
    this.#expect('"');
    let value = '';
    for (;;) {
      value += this.#plain();
      if (this.#skip('"')) return value;
      this.#expect('\\');
      value += this.#escape();
    }
  }

  /** What stands for itself: all but quotes, backslashes and control characters. */
  #plain(): string {
    const start = this.#at;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(unit) || unit < 0x20 || unit === 0x22 || unit === 0x5c) return this.#text.slice(start, this.#at);
      this.#at++;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? '';
    if (letter !== 'u') {
      const character = ESCAPES[letter];
      if (character === undefined) throw this.#unexpected();
      return character;
    }
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#unexpected();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #enter(depth: number): void {
    if (depth > this.#nesting) throw new JsonFault('nesting', `Nested deeper than ${this.#nesting}.`, this.#at);
    this.#at++;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw this.#unexpected();
  }

  #unexpected(): JsonFault {
    return new JsonFault('syntax', `Unexpected character at ${this.#at}.`, this.#at);
  }
}

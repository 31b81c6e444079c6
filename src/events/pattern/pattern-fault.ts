import { positionAt } from '../../policy/json.ts';

const SHOWN = 500;

/** Why a text is no event pattern, and where. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault';
  readonly reason: string;
  /** How many characters of the text were read. */
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.reason = reason;
    this.at = at;
  }

  /** The reason with its place, as EventBridge words it. */
  in(text: string): string {
    const { line, column } = positionAt(text, this.at);
    const rest = text.length - SHOWN;
    const shown = `"${text.slice(0, SHOWN)}"${rest > 0 ? `[truncated ${rest} chars]` : ''}`;
    return `${this.reason}\n at [Source: (String)${shown}; line: ${line}, column: ${column}]`;
  }
}

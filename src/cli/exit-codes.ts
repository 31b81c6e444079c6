/** What the program's exit status says; `--help` lists them. */
export const EXIT = { done: 0, failed: 1, wrongUsage: 2, foundWrong: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command could not do what it was asked; the message says what to try next. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

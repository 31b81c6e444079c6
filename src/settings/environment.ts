/** The variables of this process: nothing outside this folder looks at them. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Whether a terminal may be given colours: https://no-color.org. */
export function mayColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}

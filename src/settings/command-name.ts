/** How the person at the terminal calls this program: to be put before a command that he may paste. */
export function commandName(): string {
  return process.env['npm_lifecycle_event'] === undefined ? 'berth' : 'npm run -s berth --';
}

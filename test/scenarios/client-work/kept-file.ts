/** Name of the file that is written during an outage. */
export function keptFile(token: string): string {
  return `dbss-kept-${token}.txt`;
}

/** What stands in it. */
export function keptContent(token: string): string {
  return `written during the outage ${token}`;
}

/** `dbssctl log mail | head` ends with head, like any program that a closed pipe ends; else it would go on unheard. */
export function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

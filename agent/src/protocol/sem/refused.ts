import type { Answer } from './messages.ts';

export function refused(reason: string): Answer {
  return { kind: 'refused', reason };
}

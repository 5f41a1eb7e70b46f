import type { Edit } from './messages.ts';

/** Edits on their way to each server, in order; the first of a queue is the one that was sent. */
export interface OutboxState {
  queues: Record<string, Edit[]>;
}

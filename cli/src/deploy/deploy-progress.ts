import type { AnsibleEvent } from './ansible-events.ts';

/** Turns Ansible's events into short progress lines: the running task, and what it changed or failed to do where. */
export class DeployProgress {
  #task = '';

  /** The line after this event; undefined when nothing is new to tell. */
  next(event: AnsibleEvent): string | undefined {
    switch (event.kind) {
      case 'play':
      case 'stats':
        return undefined;
      case 'task':
        this.#task = event.task;
        return event.task;
      case 'result':
        if (event.outcome === 'failed' || event.outcome === 'unreachable') return `${event.host}: ${this.#task}: ${event.outcome}`;
        return event.outcome === 'changed' ? `${this.#task}: ${event.host} changed` : undefined;
    }
  }
}

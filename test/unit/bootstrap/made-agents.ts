import type { StandbyState } from '@dbss/agent/protocol/recovery/standby.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import type { StandbyAgents } from '../../../cli/src/bootstrap/standbys.ts';
import { BrokenError } from '../../../cli/src/errors.ts';

/** Agents whose standby goes through the given states, one a question; the last one stays. A reset goes on with `afterReset`. */
export class Agents implements StandbyAgents {
  readonly resets: string[] = [];
  executor: AgentStatus['executor'] = 'running';
  readonly #states: Record<string, StandbyState[]>;

  constructor(states: Record<string, StandbyState[]>) {
    this.#states = states;
  }

  status(server: string): Promise<AgentStatus> {
    const states = this.#states[server] ?? [];
    const state = states.length > 1 ? states.shift() : states[0];
    if (state === undefined) return Promise.reject(new BrokenError(`${server}: no answer`));
    return Promise.resolve({ standby: { state, target: undefined }, executor: this.executor } as AgentStatus);
  }

  goThrough(server: string, states: StandbyState[]): void {
    this.#states[server] = states;
  }

  resetStandby(server: string): Promise<void> {
    this.resets.push(server);
    this.#states[server] = ['resetting', 'suspended'];
    return Promise.resolve();
  }
}

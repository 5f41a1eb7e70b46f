import type { Context } from '../context.ts';
import { GOES_DOWN, isAboutToRestart } from '../executor/machine-restart-state.ts';
import type { Answer } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';
import type { LoadSample } from './load-sample.ts';
import { averageLoad, predictLoad, remainingCapacity } from './prediction.ts';
import type { RemainingCapacity } from './remaining-capacity.ts';

/** Samples kept of one step, so that a step of any length has a bound. */
const SAMPLES_LIMIT = 600;

const NOTHING_REMAINS: RemainingCapacity = { memory: 0, cpu: 0, network: 0 };

/** Ask for one load sample now and again after the sampling period (A1 of Fig. 12). */
export function measureLoad(context: Context): void {
  context.emit({ kind: 'measure-load', request: context.request({ for: 'load-sample' }) });
  context.setTimer('load', context.state.configuration.timing.poll_ms);
}

export function loadMeasured(context: Context, sample: LoadSample): void {
  const { samples } = context.state.load;
  samples.push(sample);
  if (samples.length > SAMPLES_LIMIT) samples.shift();
}

/** The interval is over: its samples become the average of one step (§3.3). */
export function closeLoadStep(context: Context): void {
  const { load } = context.state;
  const average = averageLoad(load.samples);
  if (average === undefined) return;
  load.previous = load.average;
  load.average = average;
  load.samples = [];
}

/** R_m, R_c, R_n from the last two steps; from the running step alone where there are no two yet. `undefined` before the first sample. */
export function currentCapacity(state: Context['state']): RemainingCapacity | undefined {
  const { load, machine, configuration } = state;
  const average = load.average ?? averageLoad(load.samples);
  if (average === undefined || machine === undefined) return undefined;
  const limits = {
    physical_memory_kb: machine.physical_memory_kb,
    cpu_cores: machine.cpu_cores,
    network_rate_kb_s: configuration.network_rate_kb_s,
  };
  return remainingCapacity(predictLoad(average, load.previous ?? average, limits), limits);
}

/** Answer to a load request (A3). */
export function loadAnswer(context: Context): Answer {
  const { state, target } = context.state.virtualServer;
  // Who serves says so, measured or not.
  const remaining = currentCapacity(context.state) ?? (state === 'serving' ? NOTHING_REMAINS : undefined);
  if (isAboutToRestart(context.state)) return refused(GOES_DOWN);
  if (remaining === undefined) return { kind: 'refused', reason: 'no load measured yet' };
  const running = state === 'creating' || state === 'created' || state === 'serving';
  return {
    kind: 'load',
    remaining,
    virtual_servers: running ? 1 : 0,
    standby: state,
    ...(target === undefined ? {} : { standby_target: target }),
  };
}

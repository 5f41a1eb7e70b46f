import { type Fault, serverOf, type TimedFault } from './fault.ts';
import type { Scenario } from './scenario.ts';

/** A fault in words, e.g. `power s2 for 12.0 s`. */
function describeFault(fault: Fault): string {
  const details: string[] = [];
  if ('how' in fault) details.push(fault.how);
  if ('network' in fault) details.push(fault.network);
  if ('direction' in fault) details.push(fault.direction);
  if ('which' in fault) details.push(fault.which);
  if ('other' in fault) details.push(`from ${fault.other}`);
  if ('slow_ms' in fault) details.push(`by ${seconds(fault.slow_ms)}`);
  if ('skew_ms' in fault) details.push(`by ${seconds(fault.skew_ms)}`);
  if ('rate' in fault) details.push(`at ${String(fault.rate)}`);
  if ('disturbance' in fault) details.push(JSON.stringify(fault.disturbance));
  if ('returns_ms' in fault) {
    const returns = Object.entries(fault.returns_ms).map(([name, after_ms]) => `${name} back after ${seconds(after_ms)}`);
    details.push(returns.join(', '));
  }
  if ('for_ms' in fault && fault.for_ms !== undefined) details.push(`for ${seconds(fault.for_ms)}`);
  const server = serverOf(fault);
  return [fault.kind, ...(server === undefined ? [] : [server]), ...details].join(' ');
}

/** A fault and when it comes, e.g. `at 5.0 s: power s2`. */
export function describeTimedFault({ at_ms, fault }: TimedFault): string {
  return `at ${seconds(at_ms)}: ${describeFault(fault)}`;
}

/** A scenario in one line. */
export function describeScenario({ names, timing, faults, majority }: Scenario): string {
  const befalls = faults.map(describeTimedFault).join('; ');
  const voters = majority === undefined ? '' : majority.witness ? ', majority with a witness' : ', majority';
  return `${String(names.length)} servers (${names.join(' ')})${voters}, interval ${seconds(timing.interval_ms)}: ${befalls || 'nothing happens'}`;
}

function seconds(time_ms: number): string {
  return `${(time_ms / 1000).toFixed(1)} s`;
}

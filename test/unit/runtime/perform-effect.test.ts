import { jest } from '@jest/globals';
import { ConnectionRefused } from '../../../agent/src/effects/service-check/connection-refused.ts';
import type { Effect } from '../../../agent/src/protocol/effects.ts';
import type { Outcome } from '../../../agent/src/protocol/events.ts';
import type { OwnershipOutcome } from '../../../agent/src/protocol/ownership/ownership-events.ts';
import type { EffectExecutors } from '../../../agent/src/runtime/executors.ts';
import { effectPerformer } from '../../../agent/src/runtime/perform-effect.ts';

const ping: Effect = { kind: 'ping', request: 'r1', address: '198.18.0.1', timeout_ms: 1_000 };

function tested(executors: Partial<EffectExecutors>) {
  const outcomes: [string, Outcome | OwnershipOutcome][] = [];
  const failures: string[] = [];
  const counted: string[] = [];
  const perform = effectPerformer({
    executors: executors as EffectExecutors,
    mono_ms: () => 5,
    settled: (request, outcome) => outcomes.push([request, outcome]),
    count: (effect, outcome) => counted.push(`${effect} ${outcome}`),
    failed: (what, error) => failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  return { perform, outcomes, failures, counted };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('an effect with a request', () => {
  test('is done when its executor is', async () => {
    const { perform, outcomes } = tested({ ping: () => Promise.resolve() });
    perform(ping);
    await settle();
    expect(outcomes).toEqual([['r1', { kind: 'done', elapsed_ms: 0 }]]);
  });

  test('gives what its executor gives', async () => {
    const sample = { available_memory_kb: 1, cpu_idle_percent: 2, network_kb_s: 3 };
    const { perform, outcomes } = tested({ 'measure-load': () => Promise.resolve({ kind: 'load', sample }) });
    perform({ kind: 'measure-load', request: 'r2' });
    await settle();
    expect(outcomes).toEqual([['r2', { kind: 'load', sample }]]);
  });

  test('fails with the reason and its causes', async () => {
    const { perform, outcomes } = tested({
      ping: () => Promise.reject(new Error('no reply', { cause: new Error('network unreachable') })),
    });
    perform(ping);
    await settle();
    expect(outcomes).toEqual([['r1', { kind: 'failed', reason: 'no reply: network unreachable', elapsed_ms: 0 }]]);
  });

  test('that finds nobody listening says so beside the reason', async () => {
    const { perform, outcomes } = tested({ ping: () => Promise.reject(new ConnectionRefused('connection refused')) });
    perform(ping);
    await settle();
    expect(outcomes).toEqual([['r1', { kind: 'failed', reason: 'connection refused', elapsed_ms: 0, refused: true }]]);
  });

  test('that learnt nothing is done, and says why it did not', async () => {
    const { perform, outcomes } = tested({ ping: () => Promise.resolve({ kind: 'unexamined', reason: '/sbin/ok is not run' }) });
    perform(ping);
    await settle();
    expect(outcomes).toEqual([['r1', { kind: 'done', elapsed_ms: 0, unexamined: '/sbin/ok is not run' }]]);
  });

  test('fails when its executor throws at once', async () => {
    const { perform, outcomes } = tested({
      ping: () => {
        throw new Error('broken');
      },
    });
    perform(ping);
    await settle();
    expect(outcomes).toEqual([['r1', { kind: 'failed', reason: 'broken', elapsed_ms: 0 }]]);
  });

  test('fails at its time limit when the executor never ends, and a late end changes nothing', async () => {
    let end = (): void => undefined;
    const { perform, outcomes, failures, counted } = tested({
      ping: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    perform(ping);
    jest.advanceTimersByTime(1_500);
    expect(outcomes).toEqual([['r1', { kind: 'failed', reason: 'no result within 1500 ms', elapsed_ms: 0 }]]);
    end();
    await settle();
    expect(outcomes).toHaveLength(1);
    expect(failures).toEqual(['ping ended after its time limit: done']);
    expect(counted).toEqual(['ping failed']);
  });
});

describe('an effect without a request', () => {
  test('that fails is reported and stops nothing', () => {
    const { perform, failures } = tested({
      'write-flag': () => {
        throw new Error('no space left');
      },
    });
    perform({ kind: 'write-flag' });
    expect(failures).toEqual(['write-flag: no space left']);
  });
});

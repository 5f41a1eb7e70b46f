import { advance } from '@dbss/agent/protocol/step.ts';
import { madeRing } from '../../cli/src/simulator/made-ring.ts';
import { World } from '../../cli/src/simulator/world.ts';

/** What a ring costs one of its servers in one interval while all is well, and how fast it is when something is not. */
export interface RingCost {
  /** Network and service examinations, internal ones included. */
  readonly examinations: number;
  /** Messages sent, answers included. */
  readonly messages: number;
  readonly bytes: number;
  readonly cpu_ms: number;
  /** From a failure in mid-interval to its detection, and to the service of a virtual server. */
  readonly detected_s: number;
  readonly recovered_s: number;
  /** Processor time that the simulation took. */
  readonly took_s: number;
}

/** Simulate a ring of so many servers: an interval to come up, one to measure, and a failure. */
export function measureRing(servers: number): RingCost {
  const started_ms = cpu_ms();
  const names = Array.from({ length: servers }, (_, index) => `s${String(index + 1)}`);
  const world = new World(madeRing(names));
  const { interval_ms } = world.host('s1').state.configuration.timing;
  world.bootstrap();
  world.runToInterval(-1);
  const counted = count(world);
  world.run(interval_ms);
  const perServer = { ...counted };
  world.protocol = advance;
  world.watch = () => undefined;
  world.runToInterval(interval_ms / 2);
  const { detected_ms, recovered_ms } = failOne(world, names[Math.floor(servers / 2)] ?? '');
  return {
    examinations: perServer.examinations / servers,
    messages: perServer.messages / servers,
    bytes: perServer.bytes / servers,
    cpu_ms: perServer.cpu_ms / servers,
    detected_s: detected_ms / 1000,
    recovered_s: recovered_ms / 1000,
    took_s: (cpu_ms() - started_ms) / 1000,
  };
}

function count(world: World): { examinations: number; messages: number; bytes: number; cpu_ms: number } {
  const counted = { examinations: 0, messages: 0, bytes: 0, cpu_ms: 0 };
  const measuring_ms = costOfMeasuring_ms();
  world.protocol = (state, event) => {
    const before_ms = cpu_ms();
    const effects = advance(state, event);
    counted.cpu_ms += cpu_ms() - before_ms - measuring_ms;
    return effects;
  };
  world.watch = (_, effect) => {
    if (effect.kind === 'ping' || effect.kind === 'check-service') counted.examinations += 1;
    if (effect.kind !== 'call' && effect.kind !== 'answer') return;
    counted.messages += 1;
    counted.bytes += JSON.stringify(effect.kind === 'call' ? effect.message : effect.answer).length;
  };
  return counted;
}

/** Processor time of this thread: what others do on a busy machine is not in it. */
function cpu_ms(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** To ask for the time takes time, too. */
function costOfMeasuring_ms(): number {
  const times = 20_000;
  const before_ms = cpu_ms();
  for (let time = 0; time < times; time += 1) cpu_ms();
  return (cpu_ms() - before_ms) / times;
}

function failOne(world: World, target: string): { detected_ms: number; recovered_ms: number } {
  const failed_ms = world.now_ms;
  const { interval_ms } = world.host(target).state.configuration.timing;
  let detected_ms = NaN;
  let recovered_ms = NaN;
  world.watch = (_, effect) => {
    if (effect.kind !== 'log') return;
    if (effect.text.includes('Network problem detected')) detected_ms = world.now_ms - failed_ms;
    if (effect.text.includes('Server function recovered')) recovered_ms = world.now_ms - failed_ms;
  };
  world.plug(target);
  for (let waited_ms = 0; Number.isNaN(recovered_ms) && waited_ms < 3 * interval_ms; waited_ms += 1000) world.run(1000);
  return { detected_ms, recovered_ms };
}

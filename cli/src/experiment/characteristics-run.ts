import { setTimeout as delay } from 'node:timers/promises';
import type { AgentMetrics } from '@dbss/agent/protocol/metrics.ts';
import { BrokenError } from '../errors.ts';
import { insideMachine } from '../lab/inside-machine.ts';
import { describeLab, findMachine } from '../lab/lab-machines.ts';
import { setLabPower } from '../lab/lab-power.ts';
import { waitUntilReady } from '../lab/machine-readiness.ts';
import { machineState } from '../lab/machine-state.ts';
import { poll } from '../lab/poll.ts';
import { runProgram } from '../lab/run-program.ts';
import { AccessClients } from './access-clients.ts';
import { examinationsBetween } from './examination-times.ts';
import { TARGET } from './experiments.ts';
import { doFaults } from './do-fault.ts';
import { normalLimit_ms, notNormal, type RunOptions } from './failure-run.ts';
import { KeepGoing } from './keep-going.ts';
import { activationOf } from './measure-run.ts';
import { nextMoment } from './moment.ts';
import type { RingOfLab } from './ring-of-lab.ts';
import { presentConditions } from './run-conditions.ts';
import type { CharacteristicsRecord, ServiceExamination } from './run-record.ts';
import type { RunIdentity } from './schedule.ts';
import { settingsOf, specificationsOf } from './specifications.ts';
import { timeVirtualServerStart } from './virtual-server-start.ts';

/** Monitoring intervals over which examinations are timed. */
const INTERVALS = 3;
const SERVED_LIMIT_MS = 120_000;
const GOING_DOWN_MS = 60_000;

/**
 * Measure what Table 1 gives as characteristics: with a failure of the server, its start by hand before the ring starts it, a reboot, and a start of a virtual server.
 * What breaks when the server has failed does not end the run: it stands in the record.
 *
 * @throws BrokenError when something breaks before the server fails, AbortError when the signal is aborted
 */
export async function runCharacteristics(ring: RingOfLab, run: RunIdentity, { signal, say }: RunOptions): Promise<CharacteristicsRecord> {
  const begun = new Date();
  const started_ms = performance.now();
  const { inventory } = ring;
  const conditions = await presentConditions(inventory);
  say('waiting until the ring is normal');
  const before = await ring.untilNormal(normalLimit_ms(ring), signal);
  if (before.length > 0) throw notNormal(before);
  await ring.forgetFailures([TARGET]);
  const specifications = await specificationsOf(inventory);
  say(`timing service examinations for ${INTERVALS} intervals`);
  const examinations = await timeExaminations(ring, signal);
  const going = new KeepGoing(signal);
  const failure = await failAndStart(ring, going, { signal, say });
  const untilNormal = (): Promise<readonly string[]> =>
    going.through('waiting for the return', () => ring.untilNormal(normalLimit_ms(ring), signal), []);
  const abnormal = await untilNormal();
  const { lines, notRead } = await ring.logSince(failure.at_ms);
  const observed = { server: TARGET, servers: inventory.servers.map(({ name }) => name), log: lines };
  await going.through('before the restart', () => ring.forgetFailures([TARGET]), undefined);
  say(`restarting ${TARGET}`);
  const restartTime_s = await going.through('restart', () => timeRestart(ring, signal), null);
  const abnormalAfterRestart = await untilNormal();
  say('starting a virtual server from nothing');
  const start = (): Promise<number> => timeVirtualServerStart(inventory.path, signal);
  const virtualServerStart_s = await going.through('start of a virtual server from nothing', start, null);
  const isUntold = activationOf(observed).activation_s === null && notRead.some(({ server }) => server !== TARGET);
  return {
    format: 2,
    kind: 'characteristics',
    ...run,
    begun: begun.toISOString(),
    duration_s: Math.round((performance.now() - started_ms) / 1000),
    conditions,
    startTime_s: failure.startTime_s,
    restartTime_s,
    virtualServerStart_s,
    examinations,
    settings: settingsOf(inventory),
    specifications,
    troubles: [
      ...going.troubles,
      ...notRead.map(({ server, problem }) => `the log of ${server} was not read: ${problem}`),
      ...[...abnormal, ...abnormalAfterRestart].map((what) => `not normal again: ${what}`),
    ],
    void: isUntold ? `what became of ${TARGET} is not known: not all logs can be read` : null,
    ...observed,
  };
}

async function timeExaminations(ring: RingOfLab, signal: AbortSignal): Promise<readonly ServiceExamination[]> {
  const { servers } = ring.inventory;
  const count = (): Promise<readonly AgentMetrics[]> => Promise.all(servers.map(({ name }) => ring.metrics(name)));
  const before = await count();
  await delay(INTERVALS * ring.inventory.timing.interval_ms, undefined, { signal });
  const after = await count();
  const pairs = before.flatMap((earlier, index) => after.slice(index, index + 1).map((later) => ({ before: earlier, after: later })));
  return examinationsBetween(servers, pairs);
}

/**
 * Pull the plug of the server at mid-interval and, when its clients are served again, put it back.
 *
 * @returns how long it took to start: null when it did not, undefined when the ring had started it already
 * @throws BrokenError when it cannot be made to fail
 */
async function failAndStart(
  ring: RingOfLab,
  going: KeepGoing,
  { signal, say }: RunOptions,
): Promise<{ readonly at_ms: number; readonly startTime_s: number | null | undefined }> {
  const { inventory } = ring;
  const { interval_ms } = inventory.timing;
  const clients = new AccessClients(inventory, [TARGET]);
  try {
    const unserved = await clients.untilServed(signal);
    if (unserved.length > 0) throw new BrokenError(`the client of ${TARGET} is not served although the ring is normal`);
    const at_ms = nextMoment(Date.now(), interval_ms, interval_ms / 2, 0);
    await delay(at_ms - Date.now(), undefined, { signal });
    const { faults, troubles } = await doFaults(inventory, [{ server: TARGET, problem: 'Nt' }]);
    for (const trouble of troubles) going.note(trouble);
    say(`the plug of ${TARGET} is pulled; waiting until its clients are served again`);
    await going.through(
      'waiting for the client',
      async () => {
        const lost = await clients.untilServedAgain(faults, SERVED_LIMIT_MS, signal);
        if (lost.length > 0) throw new BrokenError(`the client of ${TARGET} is not served again`);
      },
      undefined,
    );
    say(`starting ${TARGET}`);
    const startTime_s = await going.through(`start of ${TARGET}`, () => timeStart(ring, signal), null);
    return { at_ms, startTime_s };
  } finally {
    await clients.stop();
  }
}

/** @returns seconds; undefined when it was on already */
async function timeStart(ring: RingOfLab, signal: AbortSignal): Promise<number | undefined> {
  const on_ms = performance.now();
  if (!(await setLabPower(ring.inventory, TARGET, 'on'))) return undefined;
  await untilReady(ring, signal);
  return secondsSince(on_ms);
}

async function timeRestart(ring: RingOfLab, signal: AbortSignal): Promise<number> {
  const machine = findMachine(describeLab(ring.inventory), TARGET);
  const { init } = machineState(machine);
  if (init === undefined) throw new BrokenError(`${TARGET} is off: it cannot be restarted`);
  const [file, ...args] = insideMachine(machine, init, ['systemctl', 'reboot', '--no-block']);
  const ordered_ms = performance.now();
  await runProgram(`${TARGET}: reboot`, file, args, { signal });
  const isAnother = (): true | undefined => {
    const now = machineState(machine).init;
    return now !== undefined && now.pid !== init.pid ? true : undefined;
  };
  if ((await poll(isAnother, { timeout_ms: GOING_DOWN_MS, every_ms: 50, signal })) === undefined) {
    throw new BrokenError(`${TARGET} has not rebooted within ${GOING_DOWN_MS / 1000} s`);
  }
  await untilReady(ring, signal);
  return secondsSince(ordered_ms);
}

async function untilReady({ inventory }: RingOfLab, signal: AbortSignal): Promise<void> {
  const description = describeLab(inventory);
  await waitUntilReady(findMachine(description, TARGET), description.names.namespaces.controller, signal);
}

function secondsSince(begin_ms: number): number {
  return Math.round((performance.now() - begin_ms) / 10) / 100;
}

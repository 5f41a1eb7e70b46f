import { dbssName } from '../../agent/src/protocol/dbss/dbss-state.ts';
import { logLines } from '../../agent/src/protocol/log-lines.ts';
import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import { readLabEvents } from '../../cli/src/lab/lab-events.ts';
import { failAndReturn, type FailureSeen, type Fault } from './fail-and-return.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expectGeneratedFiles } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { expectInOrder, type SystemLogs, timeOf } from './system-logs.ts';

/** Access disconnection time of Table 2, the proposed method, network problem in one server. */
const PAPER_DISCONNECTION_S = 11.64;
/** The return of the address is felt, if at all, as a second short gap. */
const RETURN_GAP_LIMIT_S = 3;
const MANAGER = 'mail';
const DBSS = dbssName('ftp', MANAGER);

export const serverFailureScenarios: readonly Scenario[] = [
  {
    name: 'network-problem',
    promise: 'Nt: the plug is pulled on ftp; its clients are served again within the paper’s 11.64 s; ftp is woken and returns (§5.3)',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      const from_ms = Date.now();
      const { logs } = await servedAgainAndReturned(lab, 'network');
      expectHealthyHeartbeats(logs);
      await expectWoken(lab, logs, from_ms);
    },
  },
  {
    name: 'service-problem',
    promise: 'St: vsftpd stops for good; its clients are served again within the same bound; ftp returns with vsftpd started (§5.3)',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      try {
        const { logs } = await servedAgainAndReturned(lab, 'service');
        await expectDaemonStarted(lab, logs);
      } finally {
        // The operator's business, as taking it out was.
        await lab.exec('ftp', 'systemctl', 'enable', 'vsftpd');
      }
    },
  },
];

async function servedAgainAndReturned(lab: LabUnderTest, fault: Fault): Promise<FailureSeen> {
  const seen = await failAndReturn(lab, fault);
  const { heldBy, outages_s } = seen;
  process.stdout.write(`held by ${heldBy}; client outages: ${outages_s.map((outage) => outage.toFixed(2)).join(' s, ')} s\n`);
  await expectGeneratedFiles(lab);
  const [first, ...later] = outages_s;
  expect(first !== undefined, 'an outage at the client: otherwise nothing was tested');
  expect(first < PAPER_DISCONNECTION_S, `an access disconnection time below ${String(PAPER_DISCONNECTION_S)} s`, first);
  expect(
    later.every((outage) => outage < RETURN_GAP_LIMIT_S),
    'no long second outage',
    outages_s,
  );
  return seen;
}

/** A failure of ftp is no failure of anybody else: until its function is recovered only its own heartbeat may be missing. */
function expectHealthyHeartbeats(logs: SystemLogs): void {
  const until = timeOf(logs, MANAGER, `${DBSS} Server function recovered`);
  const healthy = [...logs.keys()].filter((server) => server !== 'ftp');
  const missing = healthy.map((server) => logLines.heartbeatMissing('', server));
  const wrong = [...logs].flatMap(([server, lines]) =>
    lines
      .filter(({ at, text }) => at <= until && missing.some((words) => text.endsWith(words)))
      .map(({ at, text }) => `${server}: ${at} ${text}`),
  );
  expect(wrong.length === 0, 'no heartbeat of a healthy server reported missing', wrong);
}

/** A server without power answers no restart request; after the waiting time its manager wakes it, and nobody else switches it on (§2.1). */
async function expectWoken(lab: LabUnderTest, logs: SystemLogs, from_ms: number): Promise<void> {
  expectInOrder(logs, MANAGER, [
    `__${logLines.restartUnanswered(DBSS)}`,
    `__${logLines.stopCondition(DBSS)}`,
    `__${logLines.startedNormally(DBSS)}`,
  ]);
  const events = readLabEvents(await loadInventory(lab.inventory)).filter(
    ({ time_ms, machine }) => machine === 'ftp' && time_ms >= from_ms,
  );
  const actions = events.map(({ action }) => action);
  expect(actions.join() === 'power-off,wake-on-lan', 'that Wake-on-LAN alone switched ftp on', actions);
}

/** The restart did not bring vsftpd back: its manager had it started, and left the rest to the operator. */
async function expectDaemonStarted(lab: LabUnderTest, logs: SystemLogs): Promise<void> {
  expectInOrder(logs, MANAGER, [
    `__${logLines.restartAccepted(DBSS)}`,
    `__${logLines.daemonsStarted(DBSS, 'vsftpd')}`,
    `__${logLines.startedNormally(DBSS)}`,
  ]);
  const { stdout } = await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'is-enabled', 'vsftpd');
  expect(stdout.trim() === 'disabled', 'vsftpd still disabled', stdout);
}

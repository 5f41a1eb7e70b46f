import { logLines } from '../../agent/src/protocol/log-lines.ts';
import { untilCaptured } from './captured.ts';
import { examinedByWork } from './examined-by-work.ts';
import { examinationBy, type Examinations, examinationsIn, examinationsWanted } from './examinations.ts';
import { untilMomentOfInterval } from './fail-and-return.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { untilShown, untilShownRecovering } from './shown.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { unfeltBy } from './unfelt.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

/** All of the lab's, on its six servers. */
const DAEMONS = ['postfix', 'dovecot', 'vsftpd', 'apache2', 'squid', 'ssh'] as const;
/** It gets one more service, which is examined by a script: a daemon that every machine and every virtual server has. */
const WITH_SCRIPT = 'login';
const BY_SCRIPT = 'apache2';
const SCRIPT = '/usr/local/sbin/dbss-scenario-web-ok';
const SCRIPT_TEXT = `#!/bin/bash
exec 3<>"/dev/tcp/$1/$2" || exit 1
printf 'HEAD / HTTP/1.0\\r\\n\\r\\n' >&3
read -r -t 2 answer <&3
[[ $answer == HTTP/1.* ]]
`;
const INTERVAL_S = 10;
const QUIET_INTERVALS = 6;
/** Between the examinations by managers, at the beginning of an interval, and those by the servers themselves, from its sixth second on: a capture is refused while one is under way. */
const MOMENT_MS = 3_000;
const TOLD_LIMIT_S = 4 * INTERVAL_S;
const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;

export const everyServiceExaminedScenarios: readonly Scenario[] = [
  {
    name: 'examined-by-work',
    promise:
      'all services examined by the work of a client, and one by a script that its manager lacks: nothing is found abnormal and no client feels it, the missing script is told once, and a service that stops is recovered',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      const { servers } = await lab.ring();
      const names = servers.map(({ name }) => name);
      const lacking = servers.find(({ name }) => name === WITH_SCRIPT)?.managedBy ?? '';
      expect(lacking !== '' && lacking !== WITH_SCRIPT, `another server that manages ${WITH_SCRIPT}`, lacking);
      try {
        for (const name of names) if (name !== lacking) await putScript(lab, name);
        const from = await clockOf(lab, 'mail');
        const tested = async (): Promise<void> => {
          await expectNothingFound(lab, names, lacking);
          await expectToldOnce(lab, lacking, from);
          await expectFailureFound(lab, names);
        };
        await examinedByWork(lab, DAEMONS, tested, () => addService(lab));
      } finally {
        for (const name of names) await lab.dbssctl('lab', 'exec', name, '--', 'rm', '-f', SCRIPT);
        await lab.dbssctl('lab', 'exec', WITH_SCRIPT, '--', 'systemctl', 'disable', '--now', BY_SCRIPT);
      }
      await expectGeneratedFiles(lab);
    },
  },
];

function addService(lab: LabUnderTest): void {
  const service = `{ daemon: ${BY_SCRIPT}, probe: script, port: 80, script: ${SCRIPT} }`;
  lab.edit(/\{ daemon: ssh, check: work \}/, `$&, ${service}`);
}

async function putScript(lab: LabUnderTest, server: string): Promise<void> {
  await lab.exec(server, 'sh', '-ec', 'printf %s "$1" >"$2"; chmod 755 "$2"', 'sh', SCRIPT_TEXT, SCRIPT);
}

/** For some intervals all is well, and every service is examined in each of them; but not by who lacks the script. */
async function expectNothingFound(lab: LabUnderTest, names: readonly string[], lacking: string): Promise<void> {
  const from = await clockOf(lab, 'mail');
  const before = await examinationsIn(lab);
  const seen = await watched(lab, async () => unfeltBy(lab, names, async () => pause(QUIET_INTERVALS * INTERVAL_S * 1000)));
  const after = await examinationsIn(lab);
  expectOneAnswer(seen);
  expectReachable(seen, []);
  const logs = await systemLogsSince(lab, from);
  const found = [...logs].flatMap(([server, lines]) =>
    lines
      .filter(({ text }) => /problem (detected|reexamined)|does not serve|in doubt/.test(text))
      .map(({ at, text }) => `${server}: ${at} ${text}`),
  );
  expect(found.length === 0, 'nothing found abnormal', found);
  expectTouchedOnly(logs, []);
  const missing = examinationBy(lacking, 'external', BY_SCRIPT);
  const wanted = examinationsWanted(await lab.ring()).filter((by) => by !== missing);
  process.stdout.write(`${describeExaminations(after)}\n`);
  const rare = wanted.filter((by) => (after.get(by)?.number ?? 0) - (before.get(by)?.number ?? 0) < QUIET_INTERVALS - 1);
  expect(rare.length === 0, `at least ${String(QUIET_INTERVALS - 1)} examinations each in the metrics`, rare);
  expect(!after.has(missing), `no examination in the metrics that could not be made: ${missing}`, after.get(missing));
}

function describeExaminations(examinations: Examinations): string {
  return [...examinations]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([by, { number, seconds }]) => `${by}: ${String(number)} examinations of ${(seconds / number).toFixed(3)} s`)
    .join('\n');
}

/** The manager without the script says so once, and in `ring show` for as long as it lacks it; nobody else does. */
async function expectToldOnce(lab: LabUnderTest, lacking: string, from: string): Promise<void> {
  const told = async (): Promise<readonly string[]> =>
    [...(await systemLogsSince(lab, from))].flatMap(([server, lines]) =>
      lines.filter(({ text }) => text.includes(SCRIPT)).map(({ text }) => `${server}: ${text}`),
    );
  const missed = `${lacking}: ${logLines.scriptNotRun(lacking, SCRIPT, 'it is not there')}`;
  const first = await told();
  expect(first.join('\n') === missed, `once in all system logs: "${missed}"`, first);
  const isShown = (text: string): boolean => text.includes(`Script not run: ${SCRIPT} on ${lacking}: it is not there`);
  const shown = await untilShown(lab, `${lacking} lacks the script`, ({ text }) => isShown(text), TOLD_LIMIT_S);
  process.stdout.write(`ring show:\n${shown.text}\n`);
  await putScript(lab, lacking);
  await untilShown(lab, 'nobody lacks the script', ({ text }) => !text.includes('Script not run'), TOLD_LIMIT_S);
  const second = await told();
  const run = `${lacking}: ${logLines.scriptRun(lacking, SCRIPT)}`;
  expect(second.join('\n') === `${missed}\n${run}`, `then "${run}"`, second);
  const by = examinationBy(lacking, 'external', BY_SCRIPT);
  expect((await examinationsIn(lab)).has(by), `an examination in the metrics: ${by}`);
}

/** A service that stops is found by the work of a client as it is by a dialogue, and its virtual server is found well by it. */
async function expectFailureFound(lab: LabUnderTest, names: readonly string[]): Promise<void> {
  await lab.mustRun('ring', 'return', 'ftp');
  // The virtual server needs the user who does the work: nobody waits here until ftp's own agent has captured him.
  await untilMomentOfInterval(MOMENT_MS);
  await lab.mustRun('procedure', 'capture', 'ftp');
  await untilCaptured(lab, ({ differences }) => differences.length === 0);
  const others = names.filter((name) => name !== 'ftp');
  const { managedBy } = await lab.server('ftp');
  const from = await clockOf(lab, 'mail');
  try {
    const seen = await watched(lab, async () =>
      unfeltBy(lab, others, async () => {
        // Not in the middle of an examination, which would find a connection that ends.
        await untilMomentOfInterval(MOMENT_MS);
        await lab.exec('ftp', 'systemctl', 'disable', '--now', 'vsftpd');
        await untilShownRecovering(lab, 'ftp', SERVED_LIMIT_S);
        await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
        await untilManaged(lab, RETURN_LIMIT_S);
      }),
    );
    expectOneAnswer(seen);
    expectReachable(seen, ['ftp']);
    // Its manager started it when the server was back; no operator has.
    await lab.exec('ftp', 'systemctl', 'is-active', 'vsftpd');
  } finally {
    await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'enable', '--now', 'vsftpd');
  }
  const logs = await systemLogsSince(lab, from);
  const lines = logs.get(managedBy ?? '') ?? [];
  const found = lines.find(({ text }) => text.includes(' Service problem detected '))?.text ?? '';
  expect(/: vsftpd: .*connection refused/.test(found), `that nobody listened, in the system log of ${managedBy ?? ''}`, found);
  process.stdout.write(`${found}\n`);
  expect(expectTouchedOnly(logs, ['ftp']).length > 0, 'ftp taken over');
  const discarded = lines.filter(({ text }) => text.includes('does not serve')).map(({ text }) => text);
  expect(discarded.length === 0, 'its virtual server found well by the work of a client', discarded);
}

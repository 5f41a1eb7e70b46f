import { ScriptNotRun } from '../../../agent/src/effects/service-check/script-not-run.ts';
import { ScriptsNotRun } from '../../../agent/src/effects/service-check/scripts-not-run.ts';

const SCRIPT = '/usr/local/sbin/db-ok';
const missing = async (): Promise<void> => Promise.reject(new ScriptNotRun(SCRIPT, 'it is not there'));
const unreadable = async (): Promise<void> => Promise.reject(new ScriptNotRun(SCRIPT, 'it is not executable'));
const normal = async (): Promise<void> => Promise.resolve();
const abnormal = async (): Promise<void> => Promise.reject(new Error('no such table'));

function watched() {
  const told: string[] = [];
  return {
    told,
    scripts: new ScriptsNotRun({ begins: (script, reason) => told.push(`${script}: ${reason}`), ends: (script) => told.push(script) }),
  };
}

test('an examination whose script could not be run found nothing, neither good nor bad', async () => {
  const { scripts } = watched();
  await expect(scripts.examine(SCRIPT, missing)).resolves.toBe(`${SCRIPT} is not run: it is not there`);
  expect(scripts.list()).toEqual([{ script: SCRIPT, reason: 'it is not there' }]);
});

test('one whose script ran came to what the script says', async () => {
  const { scripts, told } = watched();
  await expect(scripts.examine(SCRIPT, normal)).resolves.toBeUndefined();
  await expect(scripts.examine(SCRIPT, abnormal)).rejects.toThrow('no such table');
  await expect(scripts.examine(undefined, abnormal)).rejects.toThrow('no such table');
  expect([told, scripts.list()]).toEqual([[], []]);
});

test('a script that cannot be run is told once, again for another reason, and when it is run, whatever it finds then', async () => {
  const { scripts, told } = watched();
  for (const examination of [missing, missing, unreadable, unreadable, missing]) await scripts.examine(SCRIPT, examination);
  await scripts.examine(undefined, normal);
  await scripts.examine('/usr/local/sbin/web-ok', normal);
  expect(told).toEqual([`${SCRIPT}: it is not there`, `${SCRIPT}: it is not executable`, `${SCRIPT}: it is not there`]);
  await expect(scripts.examine(SCRIPT, abnormal)).rejects.toThrow('no such table');
  await scripts.examine(SCRIPT, normal);
  expect(told.slice(3)).toEqual([SCRIPT]);
  expect(scripts.list()).toEqual([]);
});

import { sealName } from '@dbss/agent/effects/procedure/sealed-procedure.ts';
import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { type SealMaterial, sealKeysOf } from '../../../cli/src/generate/seal-procedures.ts';
import { createKeySet } from '../../../cli/src/keys/rotation/key-set.ts';
import { capturesIn } from '../../../cli/src/keys/rotation/key-hosts.ts';
import { untilSealedAnew } from '../../../cli/src/keys/rotation/old-seals.ts';

const SERVERS = ['mail', 'ftp'];
const signal = new AbortController().signal;
let material: SealMaterial;

beforeAll(async () => {
  const { authority, procedureKey, machines } = await createKeySet('lab', SERVERS, new Date());
  material = { caCertificate: authority.certificate, procedureKeys: procedureKey, servers: machines };
}, 30_000);

const sealed = (server: string, seal = sealName(sealKeysOf(material, server))): ProcedureStamp => ({
  ...{ server, seal, epoch: 1, digest: 'd', bytes: 1, captured_unix_s: 1 },
});

test('the old keys are forgotten when every server has every captured procedure under the new ones; one that has captured nothing has none', async () => {
  const captures = (machine: string): Promise<readonly ProcedureStamp[]> =>
    Promise.resolve(machine === 'mail' ? [sealed('ftp'), sealed('mail')] : [sealed('mail'), sealed('gone', 'old')]);
  await expect(untilSealedAnew({ captures }, material, SERVERS, { signal })).resolves.toBeUndefined();
});

test('while one has an old seal they are not, and the servers and what to do are named', async () => {
  const captures = (machine: string): Promise<readonly ProcedureStamp[]> =>
    Promise.resolve([sealed('mail'), sealed('ftp', machine === 'mail' ? 'old' : undefined)]);
  await expect(untilSealedAnew({ captures }, material, SERVERS, { signal, limit_ms: 0 })).rejects.toMatchObject({
    message: 'installation procedure files may still be sealed with the old keys and would be lost with them\n  that of ftp on mail',
    hint: expect.stringMatching(/`dbssctl procedure capture ftp` .*`dbssctl keys rotate --continue`/) as string,
  });
});

test('a server that does not answer just now is asked again, and named when it never does', async () => {
  let asked = 0;
  const captures = (machine: string): Promise<readonly ProcedureStamp[]> => {
    if (machine === 'mail') return Promise.resolve([sealed('mail')]);
    asked += 1;
    return asked === 1 ? Promise.reject(new Error('ftp: no answer')) : Promise.resolve([sealed('ftp')]);
  };
  await expect(untilSealedAnew({ captures }, material, SERVERS, { signal })).resolves.toBeUndefined();
  asked = 0;
  await expect(untilSealedAnew({ captures }, material, SERVERS, { signal, limit_ms: 0 })).rejects.toThrow('ftp: no answer');
});

test('a server whose management program does not run does not know what it has', () => {
  const status = {
    ...{ server: 'ftp', cluster: 'lab', boot_id: 'b', dbss: [], holds: [] },
    executor: 'waiting-for-flag',
  } as unknown as AgentStatus;
  expect(() => capturesIn(status)).toThrow('ftp: its management program does not run');
});

import { sealName } from '@dbss/agent/effects/procedure/sealed-procedure.ts';
import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import { type SealMaterial, sealKeysOf } from '../../../cli/src/generate/seal-procedures.ts';
import { createKeySet } from '../../../cli/src/keys/rotation/key-set.ts';
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
    message: 'installation procedure files are still sealed with the old keys and would be lost with them\n  that of ftp on mail',
    hint: expect.stringMatching(/`dbssctl procedure capture ftp` .*`dbssctl keys rotate --continue`/) as string,
  });
});

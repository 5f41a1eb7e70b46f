import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sealName, sealProcedure, type SealKeys, verifyProcedure } from '../../../../agent/src/effects/procedure/sealed-procedure.ts';
import { CLUSTER, MadeServer, sealKeysOf, surveyOf } from './made-server.ts';

const ARCHIVE = Buffer.from('an archive with alice:$6$hash in it');
const about = { cluster: CLUSTER, server: 'ftp', epoch: 4, digest: '0a'.repeat(32), captured_unix_s: 1_700_000_000 };
const FTP = { cluster: CLUSTER, server: 'ftp' };
let keys: Readonly<Record<string, SealKeys>>;
let sealed: Buffer;

beforeAll(async () => {
  keys = await sealKeysOf(['mail', 'ftp']);
  sealed = sealProcedure(ARCHIVE, about, keys['ftp']!);
});

describe('a sealed installation procedure file', () => {
  test('is opened by another server of the ring, and nothing of its content can be read without the key', () => {
    const { stamp, open } = verifyProcedure(sealed, FTP, keys['mail']!);
    expect(open()).toEqual(ARCHIVE);
    expect(stamp).toMatchObject({ server: 'ftp', epoch: 4, bytes: sealed.length });
    expect(sealed.includes('hash')).toBe(false);
    const stranger = { ...keys['mail']!, secrets: { signing: Buffer.alloc(32, 1), believed: [Buffer.alloc(32, 1)] } };
    expect(() => verifyProcedure(sealed, FTP, stranger).open()).toThrow('encrypted with none of the keys');
  });

  test('is opened while keys are changed, whichever of the two it is encrypted with', () => {
    const both = { signing: Buffer.alloc(32, 1), believed: [Buffer.alloc(32, 1), Buffer.alloc(32, 7)] };
    expect(verifyProcedure(sealed, FTP, { ...keys['mail']!, secrets: both }).open()).toEqual(ARCHIVE);
  });

  test.each([0, 20, 400, -40, -1])('with one byte changed at %d is not taken', (at) => {
    const forged = Buffer.from(sealed);
    const position = at < 0 ? forged.length + at : at;
    forged[position] = (forged[position] ?? 0) ^ 1;
    expect(() => verifyProcedure(forged, FTP, keys['mail']!)).toThrow();
  });

  test('that one server signed for another, or of another cluster or authority, is not taken', async () => {
    const impostor = sealProcedure(ARCHIVE, about, keys['mail']!);
    expect(() => verifyProcedure(impostor, FTP, keys['mail']!)).toThrow('mail has signed it, not ftp');
    expect(() => verifyProcedure(sealed, { ...FTP, server: 'mail' }, keys['mail']!)).toThrow('it is of ftp in made, not of mail in made');
    expect(() => verifyProcedure(sealed, { ...FTP, cluster: 'other' }, keys['mail']!)).toThrow('not of ftp in other');
    const others = await sealKeysOf(['ftp']);
    expect(() => verifyProcedure(sealProcedure(ARCHIVE, about, others['ftp']!), FTP, keys['mail']!)).toThrow('of no authority');
  });

  test.each(['', 'dbss-procedure 2\n', 'dbss-procedure 1\n{}\nx\n', `dbss-procedure 1\n${'x'.repeat(9000)}`])('%j is none', (text) => {
    expect(() => verifyProcedure(Buffer.from(text), FTP, keys['mail']!)).toThrow();
  });
});

describe('the files of all servers on one disk', () => {
  let server: MadeServer;
  beforeEach(() => {
    server = new MadeServer();
  });
  afterEach(() => server.remove());

  const version = (epoch: number, digest: string): string =>
    sealProcedure(Buffer.from(`archive ${String(epoch)}`), { ...about, epoch, digest: digest.repeat(32) }, keys['ftp']!).toString('base64');

  test('are the newest of each and the one before, readable by root alone', async () => {
    const procedures = server.procedures(keys['mail']!);
    for (const [epoch, digest] of [
      [1, '0a'],
      [2, '0b'],
      [3, '0c'],
      [4, '0c'],
    ] as const)
      await procedures.keep('ftp', version(epoch, digest));
    const { versions, notes } = await procedures.versionsOf('ftp');
    expect(versions.map(({ name, archive }) => `${name}: ${archive.toString()}`)).toEqual([
      'version 4: archive 4',
      'version 2, the one before: archive 2',
    ]);
    expect(notes).toEqual([]);
    const captures = path.join(server.directory, 'captures');
    for (const file of readdirSync(captures)) expect([file, statSync(path.join(captures, file)).mode & 0o777]).toEqual([file, 0o600]);
    expect(await procedures.list()).toMatchObject([{ server: 'ftp', epoch: 4 }]);
    expect(await procedures.read('ftp')).toBe(readFileSync(path.join(captures, 'ftp.procedure')).toString('base64'));
  });

  test('are not replaced by an older one, by the same, by a stranger’s or by a damaged one', async () => {
    const procedures = server.procedures(keys['mail']!);
    const newest = version(3, '0a');
    await procedures.keep('ftp', newest);
    await expect(procedures.keep('ftp', version(2, '0b'))).rejects.toThrow('version 2 is not newer than version 3');
    await expect(procedures.keep('ftp', newest)).rejects.toThrow('not newer');
    await expect(procedures.keep('login', newest)).rejects.toThrow('login is no server of the ring');
    await expect(procedures.keep('../ftp', newest)).rejects.toThrow('no server of the ring');
    await expect(procedures.keep('ftp', newest.slice(0, -8))).rejects.toThrow();
    expect(await procedures.read('ftp')).toBe(newest);
  });

  test('a damaged newest one is told, and the one before and the generated one are there', async () => {
    const procedures = server.procedures(keys['mail']!);
    await procedures.keep('ftp', version(1, '0a'));
    await procedures.keep('ftp', version(2, '0b'));
    mkdirSync(path.join(server.directory, 'generated'));
    writeFileSync(path.join(server.directory, 'generated/ftp.procedure'), Buffer.from(version(0, '0d'), 'base64'));
    writeFileSync(path.join(server.directory, 'captures/ftp.procedure'), 'rubbish');
    const { versions, notes } = await procedures.versionsOf('ftp');
    expect(versions.map(({ name }) => name)).toEqual(['version 1, the one before', 'the generated version']);
    expect(notes).toEqual(['Installation procedure of ftp cannot be used: it is no sealed installation procedure file']);
    expect(await procedures.list()).toMatchObject([{ server: 'ftp', epoch: 1 }]);
  });

  test('a generated one that nobody sealed is not applied', async () => {
    const procedures = server.procedures(keys['mail']!);
    mkdirSync(path.join(server.directory, 'generated'));
    writeFileSync(path.join(server.directory, 'generated/ftp.procedure'), 'an archive');
    const none =
      'there is no installation procedure of ftp on this server; Installation procedure of ftp, the generated one cannot be used: it is no sealed';
    await expect(procedures.versionsOf('ftp')).rejects.toThrow(none);
    await procedures.keep('ftp', version(1, '0a'));
    expect((await procedures.versionsOf('ftp')).versions.map(({ name }) => name)).toEqual(['version 1']);
  });

  test('a damaged newest one is told once each time that it is damaged, whoever looks how often', async () => {
    const warnings: string[] = [];
    const procedures = server.procedures(keys['mail']!, { warn: (problem) => warnings.push(problem) });
    await procedures.keep('ftp', version(1, '0a'));
    const file = path.join(server.directory, 'captures/ftp.procedure');
    const damaged = `installation procedure of ftp: ${file} cannot be used (it is no sealed installation procedure file); it is fetched from another server`;
    await procedures.list();
    expect(warnings).toEqual([]);
    writeFileSync(file, 'rubbish');
    for (let looks = 0; looks < 3; looks += 1) expect(await procedures.list()).toEqual([]);
    expect(warnings).toEqual([damaged]);
    await procedures.keep('ftp', version(1, '0a'));
    expect(await procedures.list()).toMatchObject([{ server: 'ftp', epoch: 1 }]);
    writeFileSync(file, 'rubbish');
    await procedures.list();
    expect(warnings).toEqual([damaged, damaged]);
  });

  test('a newer one is kept where only the one before is left', async () => {
    const procedures = server.procedures(keys['mail']!);
    await procedures.keep('ftp', version(1, '0a'));
    await procedures.keep('ftp', version(2, '0b'));
    rmSync(path.join(server.directory, 'captures/ftp.procedure'));
    await procedures.keep('ftp', version(3, '0c'));
    expect((await procedures.versionsOf('ftp')).versions.map(({ name }) => name)).toEqual(['version 3', 'version 1, the one before']);
  });

  test('a newer one takes the place of a damaged one, and the one before stays what it was', async () => {
    const procedures = server.procedures(keys['mail']!);
    await procedures.keep('ftp', version(1, '0a'));
    await procedures.keep('ftp', version(2, '0b'));
    writeFileSync(path.join(server.directory, 'captures/ftp.procedure'), 'rubbish');
    await procedures.keep('ftp', version(3, '0c'));
    const { versions, notes } = await procedures.versionsOf('ftp');
    expect(versions.map(({ name }) => name)).toEqual(['version 3', 'version 1, the one before']);
    expect(notes).toEqual([]);
  });

  test('are given to another server as they are told: the one before where the newest is damaged', async () => {
    const warnings: string[] = [];
    const procedures = server.procedures(keys['mail']!, { warn: (problem) => warnings.push(problem) });
    await expect(procedures.read('ftp')).rejects.toThrow('there is no installation procedure of ftp here that can be used');
    await procedures.keep('ftp', version(1, '0a'));
    const before = await procedures.read('ftp');
    await procedures.keep('ftp', version(2, '0b'));
    writeFileSync(path.join(server.directory, 'captures/ftp.procedure'), 'rubbish');
    expect(await procedures.read('ftp')).toBe(before);
    writeFileSync(path.join(server.directory, 'captures/ftp.previous'), 'rubbish');
    await expect(procedures.read('ftp')).rejects.toThrow('there is no installation procedure of ftp here that can be used');
    expect(warnings).toEqual(
      ['ftp.procedure', 'ftp.previous'].map((name) => expect.stringMatching(`captures/${name} cannot be used .*no sealed`) as string),
    );
  });

  test('one that has not worked here comes after the others, until another content is there', async () => {
    const procedures = server.procedures(keys['mail']!);
    await procedures.keep('ftp', version(1, '0a'));
    await procedures.keep('ftp', version(2, '0b'));
    procedures.avoid((await procedures.versionsOf('ftp')).versions[0]!);
    const { versions, notes } = await procedures.versionsOf('ftp');
    expect(versions.map(({ name }) => name)).toEqual(['version 1, the one before', 'version 2']);
    expect(notes).toEqual([
      'Installation procedure of ftp, version 2, has not worked here before: version 1, the one before is applied first',
    ]);
    await procedures.keep('ftp', version(3, '0c'));
    expect((await procedures.versionsOf('ftp')).versions.map(({ name }) => name)).toEqual(['version 3', 'version 2, the one before']);
  });

  test('one that has not worked here for whatever reason is the first again an hour later', async () => {
    let mono_ms = 0;
    const procedures = server.procedures(keys['mail']!, { mono_ms: () => mono_ms });
    await procedures.keep('ftp', version(1, '0a'));
    await procedures.keep('ftp', version(2, '0b'));
    procedures.avoid((await procedures.versionsOf('ftp')).versions[0]!);
    const first = async (): Promise<string> => (await procedures.versionsOf('ftp')).versions[0]!.name;
    mono_ms = 3_599_999;
    expect(await first()).toBe('version 1, the one before');
    mono_ms = 3_600_000;
    expect(await first()).toBe('version 2');
  });

  test('the own newest one is there under new keys alone when it was sealed anew while both were believed, changed configuration or not', async () => {
    const [old, fresh] = [keys['ftp']!, (await sealKeysOf(['ftp'], 8))['ftp']!];
    let present = old;
    const procedures = server.procedures(old, { keys: () => present });
    const { stamp } = await procedures.capture(1, undefined);
    server.write('etc/vsftpd.conf', 'listen=broken\n');
    present = {
      identity: { ...fresh.identity, ca: Buffer.concat([fresh.identity.ca, old.identity.ca]) },
      secrets: { signing: fresh.secrets.signing, believed: [fresh.secrets.signing, old.secrets.signing] },
    };
    const before = (await procedures.versionsOf('ftp')).versions[0]!.archive;
    await expect(procedures.sealAnew(2, 'of another capture')).rejects.toThrow('the last capture is not here any more');
    expect(await procedures.sealAnew(2, stamp.digest)).toMatchObject({ ...stamp, epoch: 2, seal: sealName(fresh) });
    present = fresh;
    expect((await procedures.versionsOf('ftp')).versions).toEqual([{ name: 'version 2', digest: stamp.digest, archive: before }]);
    expect((await surveyOf(procedures, stamp.digest)).differences).toEqual(['/etc/vsftpd.conf']);
  });

  test('without any file of a target that is told', async () => {
    await expect(server.procedures(keys['mail']!).versionsOf('ftp')).rejects.toThrow(
      'there is no installation procedure of ftp on this server',
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClaimFiles } from '../../../agent/src/effects/durable-documents/claim-files.ts';
import { VoterMemoryFile } from '../../../agent/src/effects/durable-documents/voter-memory-file.ts';
import { VoterDisk } from '../../../agent/src/effects/durable-documents/voter-disk.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dbss-documents-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const NONCE = '0123456789abcdef0123456789abcdef';

describe('the document of a voter', () => {
  test('is made with a new disk, with an identity of its own that stays', async () => {
    const document = await new VoterDisk(directory).load();
    expect(document).toEqual({ uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, configuration: undefined, granted: {} });
    expect(await new VoterDisk(directory).load()).toEqual(document);
    rmSync(join(directory, 'document.json'));
    expect((await new VoterDisk(directory).load()).uuid).not.toBe(document.uuid);
  });

  test('is read as it was stored, the last one of several', async () => {
    const disk = new VoterDisk(directory);
    const { uuid } = await disk.load();
    const configuration = { term: 2, version: 3, voters: [{ name: 'mail', uuid, weight: 1 }] };
    const granted = { '198.18.0.101': { epoch: 4, holder: 'mail', nonce: NONCE }, '@config': { epoch: 2, holder: 'ftp', nonce: NONCE } };
    await Promise.all([disk.store({ uuid, configuration: undefined, granted }), disk.store({ uuid, configuration, granted })]);
    expect(await new VoterDisk(directory).load()).toEqual({ uuid, configuration, granted });
  });

  test.each(['', '{"uuid":', '{"uuid":"a","granted":{"198.18.0.101":{"epoch":-1,"holder":"mail","nonce":"x"}}}'])(
    'damaged, it is not taken for a new one: %j',
    async (text) => {
      const path = join(directory, 'document.json');
      writeFileSync(path, text);
      await expect(new VoterDisk(directory).load()).rejects.toThrow(`${path} is damaged`);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test('a write that fails is told', async () => {
    const disk = new VoterDisk(join(directory, 'file', 'voter'));
    writeFileSync(join(directory, 'file'), '');
    await expect(disk.store({ uuid: 'a', configuration: undefined, granted: {} })).rejects.toThrow();
  });
});

describe('claims of this boot', () => {
  const claim = { address: '198.18.0.101', epoch: 1, holder: 'mail', nonce: NONCE };

  test('are found again by the next agent, until they are deleted', () => {
    const files = new ClaimFiles(directory);
    files.store(claim.address, claim);
    files.store('198.18.0.102', { ...claim, address: '198.18.0.102' });
    files.store('198.18.0.102', undefined);
    expect(new ClaimFiles(directory).all()).toEqual([claim]);
  });

  test('say of which address the virtual server has it, for as long as it is claimed', () => {
    const files = new ClaimFiles(directory);
    files.store(claim.address, claim);
    expect(files.inGuest()).toEqual([]);
    files.noteInGuest(claim.address);
    files.store(claim.address, { ...claim, epoch: 2 });
    expect([new ClaimFiles(directory).inGuest(), new ClaimFiles(directory).all()]).toEqual([[claim.address], [{ ...claim, epoch: 2 }]]);
    files.store(claim.address, undefined);
    expect([files.inGuest(), files.all()]).toEqual([[], []]);
  });

  test('a damaged one is told: nobody knows what it is the claim of', () => {
    writeFileSync(join(directory, '198.18.0.101.json'), '{');
    expect(() => new ClaimFiles(directory).all()).toThrow('198.18.0.101.json is damaged');
  });
});

describe('what a voter remembers', () => {
  const memory = {
    uuid: 'disk-1',
    lease: { lease_ms: 2000, long_lease_ms: 5000, renewal_ms: 500, clock_error: 0.002, kernel_guard_ms: 10 },
    until_mono_ms: 123_456.789,
    notBefore_mono_ms: 0,
    locks: [{ claim: { address: '198.18.0.101', epoch: 4, holder: 'mail', nonce: NONCE }, until_mono_ms: 125_000.5, freed: false }],
  };
  let warnings: string[];
  const file = (path = join(directory, 'memory.json')): VoterMemoryFile => new VoterMemoryFile(path, (problem) => warnings.push(problem));
  beforeEach(() => (warnings = []));

  test('is found by the next agent, and only by that one', () => {
    file().leave(memory);
    expect(file().take()).toEqual(memory);
    expect(file().take()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('is not left by a voter that has none', () => {
    file().leave(undefined);
    expect(file().take()).toBeUndefined();
  });

  test.each(['', '{"uuid":', '{"uuid":"a","until_mono_ms":-1,"notBefore_mono_ms":0,"locks":[]}'])(
    'is not believed when damaged: %j',
    (text) => {
      writeFileSync(join(directory, 'memory.json'), text);
      expect(file().take()).toBeUndefined();
      expect(warnings).toEqual([`taking ${join(directory, 'memory.json')}`]);
    },
  );

  test('that cannot be written is told, and nothing else happens', () => {
    const path = join(directory, 'file', 'memory.json');
    writeFileSync(join(directory, 'file'), '');
    file(path).leave(memory);
    expect(warnings).toEqual([`writing ${path}`]);
  });
});

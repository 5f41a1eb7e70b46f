import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SharedStorageCheck } from '../../../agent/src/effects/shared-storage/shared-storage-check.ts';
import { storageCheck } from '../../../cli/src/generate/storage-check.ts';
import { labInventory } from '../inventory/lab-inventory.ts';
import { closeAll, listening } from './work/fake-servers.ts';

let directory: string;
let mounts: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-storage check-'));
  mounts = path.join(directory, 'mounts');
  writeFileSync(mounts, `proc /proc proc rw 0 0\nfiles:/export ${directory.replaceAll(' ', '\\040')} nfs4 rw 0 0\n`);
});
afterEach(() => {
  closeAll();
  rmSync(directory, { recursive: true });
});

/** An NFS server that answers a call with what `reply` makes of its number; nothing for a server that hangs. */
async function nfsServer(reply: (xid: Buffer) => Buffer | undefined): Promise<{ address: string; port: number }> {
  const port = await listening((socket: Socket) =>
    socket.on('data', (call: Buffer) => {
      const answer = reply(call.subarray(4, 8));
      if (answer !== undefined) socket.write(answer);
    }),
  );
  return { address: '127.0.0.1', port };
}

/** "Accepted, success" of ONC RPC. */
function accepted(xid: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80, 0, 0, 24]), xid, Buffer.from([0, 0, 0, 1]), Buffer.alloc(16)]);
}

test('a server that replies and a mount that answers pass', async () => {
  const check = new SharedStorageCheck({ mount_point: directory, nfs_server: await nfsServer(accepted) }, mounts);
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test.each<[string, (xid: Buffer) => Buffer | undefined, string]>([
  ['takes connections and hangs', () => undefined, 'the reply of the NFS server did not come within 0.20 s'],
  ['answers something else', () => accepted(Buffer.from('nope')), 'the NFS server replied to another question'],
  ['is no NFS server', () => Buffer.from('HTTP/1.0 400 Bad Request\r\n\r\n'), 'the NFS server announces a reply of'],
])('a server that %s fails with the reason', async (_what, reply, reason) => {
  const check = new SharedStorageCheck({ mount_point: directory, nfs_server: await nfsServer(reply) }, mounts);
  await expect(check.check({ demand: 'answer', timeout_ms: 200 })).rejects.toThrow(reason);
});

test('a mount that hangs fails in time, and nobody else is sent to hang on it', async () => {
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, ['sh', '-c', 'trap "" TERM; exec sleep 1000', 'look']);
  await expect(check.check({ demand: 'answer', timeout_ms: 100 })).rejects.toThrow(`${directory} does not answer within 100 ms`);
});

test('who asks while somebody looks hears what that look comes to', async () => {
  const told = path.join(directory, 'told');
  const look = ['sh', '-c', `echo looked >> '${told}'; sleep 0.2; echo 4096 131072 256 32768 100`, 'look'] as const;
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, look);
  const first = check.check({ demand: 'answer', timeout_ms: 5_000 });
  await expect(check.check({ demand: 'room', timeout_ms: 5_000 })).rejects.toThrow('is full');
  await expect(first).resolves.toBeUndefined();
  expect(readFileSync(told, 'utf8')).toBe('looked\n');
});

test('nobody looks at a mount at which a look that had to be given up still hangs', async () => {
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, ['sh', '-c', 'exec sleep 1000', 'look']);
  await expect(check.check({ demand: 'answer', timeout_ms: 100 })).rejects.toThrow('does not answer');
  // It was killed, and its end has not been heard of yet; one that hangs in the kernel never ends.
  await expect(check.check({ demand: 'answer', timeout_ms: 100 })).rejects.toThrow('hangs: the last look at it has not ended');
});

test.each(['/no\0name', '/no/such/program'])('a program that cannot be started does not keep others from looking: %j', async (name) => {
  const look: [string, ...string[]] = [name];
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, look);
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).rejects.toThrow('cannot look at the mount');
  look[0] = 'true';
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test('services that wait for files are given time after a failed look: an NFS server that has started opens none for a while', async () => {
  let mono_ms = 5_000;
  let reply: (xid: Buffer) => Buffer | undefined = () => undefined;
  const nfs_server = await nfsServer((xid) => reply(xid));
  const check = new SharedStorageCheck({ mount_point: directory, nfs_server }, mounts, ['echo', '4096 131072 9000 32768 9'], () => mono_ms);
  await expect(check.check({ demand: 'answer', timeout_ms: 100 })).rejects.toThrow('the reply of the NFS server');
  reply = accepted;
  mono_ms += 20_000;
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).resolves.toBeUndefined();
  await expect(check.check({ demand: 'open', timeout_ms: 2_000 })).rejects.toThrow(
    'answers again, and did not 20 s ago: an NFS server that was started lets nobody open files for a while',
  );
  await expect(check.check({ demand: 'room', timeout_ms: 2_000 })).rejects.toThrow('lets nobody open files');
  mono_ms += 90_001;
  await expect(check.check({ demand: 'room', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test('a look at the mount that fails while the NFS server answers gives services no time: this server may be busy', async () => {
  const look: [string, ...string[]] = ['false'];
  const check = new SharedStorageCheck({ mount_point: directory, nfs_server: await nfsServer(accepted) }, mounts, look);
  await expect(check.check({ demand: 'open', timeout_ms: 2_000 })).rejects.toThrow('cannot be looked at');
  look[0] = 'true';
  await expect(check.check({ demand: 'open', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test('storage without an NFS server opens files as soon as it answers, and full storage has answered', async () => {
  const look: [string, ...string[]] = ['false'];
  const local = new SharedStorageCheck({ mount_point: directory }, mounts, look);
  await expect(local.check({ demand: 'answer', timeout_ms: 2_000 })).rejects.toThrow('cannot be looked at');
  look.splice(0, 1, 'echo', '4096 131072 9000 32768 9');
  await expect(local.check({ demand: 'open', timeout_ms: 2_000 })).resolves.toBeUndefined();
  const nfs = new SharedStorageCheck({ mount_point: directory, nfs_server: await nfsServer(accepted) }, mounts, [
    'echo',
    '4096 131072 0 32768 9',
  ]);
  await expect(nfs.check({ demand: 'room', timeout_ms: 2_000 })).rejects.toThrow('is full');
  await expect(nfs.check({ demand: 'open', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test('a program that says no is told in its words', async () => {
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, ['sh', '-c', 'echo stale file handle >&2; exit 1', 'look']);
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).rejects.toThrow('stale file handle');
});

test.each([
  ['has 1 MiB left', '4096 131072 256 32768 100', 'is full: no more than 1 MiB of its 537 MB is free'],
  ['has a block of NFS left, which may be one byte', '1048576 512 1 32768 100', 'is full: no more than 1 MiB of its 537 MB is free'],
  ['says five words', 'a b c d e', 'cannot be told from "a b c d e'],
  ['has no inode left', '4096 131072 9000 32768 0', 'is full: no inode of its 32768 is free'],
  ['says something else', 'nfs', 'cannot be told from "nfs '],
])('storage that %s fails whoever needs room, and nobody else', async (_what, figures, reason) => {
  const check = new SharedStorageCheck({ mount_point: directory }, mounts, ['echo', figures]);
  await expect(check.check({ demand: 'room', timeout_ms: 2_000 })).rejects.toThrow(reason);
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test.each(['4096 131072 257 32768 1', '1048576 512 2 32768 1', '4096 131072 9000 0 0', '4096 0 0 0 0'])(
  'storage with room passes: %s',
  async (figures) => {
    const check = new SharedStorageCheck({ mount_point: directory }, mounts, ['echo', figures]);
    await expect(check.check({ demand: 'room', timeout_ms: 2_000 })).resolves.toBeUndefined();
  },
);

test('the figures of a real file system with room pass', async () => {
  await expect(
    new SharedStorageCheck({ mount_point: directory }, mounts).check({ demand: 'room', timeout_ms: 2_000 }),
  ).resolves.toBeUndefined();
});

test('storage that is neither mounted here nor served by NFS cannot be vouched for', async () => {
  const check = new SharedStorageCheck({ mount_point: '/srv/elsewhere' }, mounts);
  await expect(check.check({ demand: 'answer', timeout_ms: 2_000 })).rejects.toThrow('nothing is mounted on /srv/elsewhere');
});

test('a ring without shared storage has nothing that could hang', async () => {
  await expect(new SharedStorageCheck(undefined, mounts).check({ demand: 'answer', timeout_ms: 2_000 })).resolves.toBeUndefined();
});

test('what is looked at comes from the inventory: the NFS server of virtual servers, the mount of real ones', () => {
  expect(storageCheck(labInventory().sharedStorage!)).toEqual({
    mount_point: '/srv/dbss',
    nfs_server: { address: '198.18.0.10', port: 2049 },
  });
  const real = { source: '/dev/vg/data', mount_point: '/data', fstype: 'gfs2', options: 'rw' };
  expect(storageCheck({ real, virtual: real })).toEqual({ mount_point: '/data' });
  const virtual = { source: '[2001:db8::1]:/export', mount_point: '/srv', fstype: 'nfs4', options: 'rw,port=12049' };
  expect(storageCheck({ real, virtual })).toEqual({ mount_point: '/data', nfs_server: { address: '2001:db8::1', port: 12049 } });
});
